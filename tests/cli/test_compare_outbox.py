"""The outbox as a column of a comparison."""

import json


def test_the_outbox_is_a_column_beside_the_others(eventdemo):
    said = eventdemo(
        "compare", "logout", "--users", 5, "--strategies", "awaited,outbox", "--crash", "A@0.2..1", "--json"
    )

    awaited, outbox = json.loads(said.out)
    assert (awaited["strategy"], outbox["strategy"]) == ("awaited", "outbox")
    assert "lost-in-crash" not in outbox["ledger"]


def test_a_pitfall_runs_without_an_outbox(eventdemo):
    eventdemo("compare", "logout-race", "--strategies", "outbox").refused("'logout-race' does not run with an outbox")
