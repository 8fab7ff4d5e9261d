"""`explore`, `replay` and `guarantees` at the command line: exit statuses, errors of one line, JSON."""

import json

import pytest
from typer.testing import CliRunner

from eventdemo.cli.app import app
from eventdemo.explore.guarantees import table


def run(*arguments):
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["explore", "logout"], 0),
        (["explore", "logout-race"], 1),
        (["explore", "logout-race", "--ready", "any"], 1),
        (["explore", "audit-row", "--strategy", "detached"], 1),
        (["explore", "audit-row"], 0),
        (["replay", "logout-race/awaited/fifo/0"], 0),
        (["replay", "logout-race/awaited/fifo/01"], 1),
    ],
)
def test_the_exit_status_is_1_if_the_claim_is_refuted(arguments, code):
    assert run(*arguments).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explore", "logoff"], "There is no experiment 'logoff': did you mean 'logout'?"),
        (["explore", "logout", "--claim", "emit-wait"], "logout has no claim 'emit-wait': did you mean 'emit-waits'?"),
        (
            ["explore", "logout-race", "--claim", "xy"],
            "logout-race has no claim 'xy': choose from ledger-balances, all-",
        ),
        (["explore", "logout-race:mended"], "The pitfall 'logout-race' has no variant 'mended': choose from broken, "),
        (["replay", "logout/emit-wait/awaited/fifo/0"], "logout has no claim 'emit-wait': did you mean 'emit-waits'?"),
        (["explore", "logout", "--strategy", "hopeful"], "There is no strategy 'hopeful'"),
        (["explore", "logout", "--strategy", "outbox:2"], "outbox:2 needs workers, so only run and compare have it"),
        (["explore", "logout", "--ready", "lifo"], "--ready must be fifo, turns or any, not 'lifo'."),
        (["explore", "logout", "--bound", "0"], "--bound"),
        (["replay", "logout-race"], "'logout-race' is not a schedule"),
        (["replay", "logout-race/awaited/fifo/09"], "there are only 2 options"),
        (["replay", "logout-race/hopeful/fifo/0"], "There is no strategy 'hopeful'"),
        (["replay", "logoff/awaited/fifo/0"], "There is no experiment 'logoff'"),
    ],
)
def test_a_usage_error_is_one_line_and_exits_with_status_2(eventdemo, arguments, message):
    eventdemo(*arguments).refused(message)


def test_explore_as_json():
    found = json.loads(run("explore", "logout-race", "--json").stdout)

    assert found == {
        "experiment": "logout-race",
        "claim": "no topic stays subscribed",
        "claim_name": None,
        "strategy": "awaited",
        "ready": "fifo",
        "schedules": 2,
        "sampled": 0,
        "at_least": 2,
        "complete": True,
        "assumed": [],
        "outcomes": {"3 topics stay subscribed": 1, "no topic stays subscribed": 1},
        "with_nominal_latencies": "no topic stays subscribed",
        "refuted": True,
        "fails_in_fifo_order": False,
        "token": "logout-race/awaited/fifo/01",
    }


def test_explore_as_json_has_no_token_if_nothing_refutes_the_claim():
    found = json.loads(run("explore", "logout", "--json").stdout)

    assert (found["refuted"], found["token"], found["complete"]) == (False, None, True)


def test_a_claim_is_selected_by_name_and_the_token_contains_it():
    found = json.loads(run("explore", "logout", "--claim", "emit-waits", "--json").stdout)

    assert (found["claim"], found["claim_name"]) == ("no emit returns before its listeners have ended", "emit-waits")
    assert found["token"] == "logout/emit-waits/awaited/fifo/0"
    assert run("replay", found["token"]).stdout.startswith("The claim is refuted: no emit returns before its listeners")


def test_the_other_claims_are_offered():
    offered = "Try another claim:  --claim logged-out | ledger-balances | all-done | emit-waits"

    assert offered in run("explore", "logout").stdout


def test_the_token_of_the_json_replays():
    token = json.loads(run("explore", "two-emits-ends", "--json").stdout)["token"]

    done = run("replay", token)
    assert done.exit_code == 1
    assert done.stdout.startswith("The claim is refuted: two emits of one event: the listener ends for the first")


def test_replay_lists_the_steps_and_draws_them():
    shown = run("replay", "logout-race/awaited/fifo/01").stdout

    assert "2 log_out_device writes user 4's devices\n3 unsubscribe_from_topics reads user 4's devices\n" in shown
    assert "AuthController.log_out_mobile" in shown


@pytest.mark.parametrize("as_json", [False, True])
def test_guarantees_prints_every_verdict(as_json, monkeypatch):
    monkeypatch.setattr(table, "GUARANTEES", table.GUARANTEES[:3])  # all of them are in tests/explore/guarantees

    done = run("guarantees", *["--json"] * as_json)

    assert done.exit_code == 0
    if as_json:
        assert {record["name"] for record in json.loads(done.stdout)} == {
            "starts-plain", "starts-coroutines", "starts-after-emit"
        }  # fmt: skip
    else:
        assert "\nstarts-coroutines: coroutine listeners start in registration order\n  sync " in done.stdout
        assert "  awaited    scheduler-dependent" in done.stdout


def test_the_same_words_twice():
    assert run("explore", "logout-race").stdout == run("explore", "logout-race").stdout
