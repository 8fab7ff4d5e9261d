"""Sliders: what a change runs, and what is rejected."""

import pytest

from eventdemo.learn import ledger, sliders
from eventdemo.simulate import simulate


def test_a_slider_runs_what_simulate_runs():
    desk = sliders("fan-out", users=4, limit=2)

    assert desk.run() == simulate("fan-out", users=4, strategy="bounded:2")
    assert desk.turn(limit=3) == simulate("fan-out", users=4, strategy="bounded:3")
    assert desk.run() == simulate("fan-out", users=4, strategy="bounded:3")


def test_the_variants_are_those_of_the_scenario():
    assert sliders("async-flag", users=2, variant="both").run() == simulate("async-flag", users=2, variant="both")

    with pytest.raises(ValueError, match="variant must be one of broken, repaired, not 'both'"):
        sliders("logout-race", variant="both")


def test_latency_makes_services_slower():
    desk = sliders("fan-out", users=2, latency=1.0)

    quick, slow = desk.run(), desk.turn(latency=4.0)

    assert slow.metrics.last_listener_done > 2 * quick.metrics.last_listener_done


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"user": 3}, "Unknown slider 'user': choose from users"),
        ({"users": 4000}, "users must be from 1 to 40, not 4000"),
        ({"strategy": "fast"}, "strategy must be one of sync"),
    ],
)
def test_an_invalid_setting_is_rejected(values, error):
    with pytest.raises(ValueError, match=error):
        sliders("logout", **values)


def test_a_stored_notebook_has_the_picture_and_the_ledger():
    shown = sliders("logout", users=2)._repr_mimebundle_()

    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert "4  deliveries; the ledger balances" in shown["text/plain"]


def test_the_axis_stays_when_a_slider_moves_and_grows_only_for_a_run_that_does_not_fit():
    desk = sliders("fan-out", users=4, limit=2)
    desk.run()
    begun = desk.end
    assert begun == 6.0  # the run takes 2.74 s

    desk.turn(limit=8)
    assert desk.end == begun
    desk.turn(limit=1, users=12)
    grown = desk.end
    assert grown > begun
    desk.turn(limit=8)
    assert desk.end == grown


def test_outlines_show_the_previous_position_for_every_subject():
    desk = sliders("fan-out", users=4, limit=2)
    first = desk.run()
    assert desk.cut(first).outlines == ()

    second = desk.turn(limit=4)

    shown, one = desk.cut(second), desk.cut(second, "user 2")
    assert shown.outlined == "previous position"
    assert {span.subject for span in one.outlines} == {"user 2"}
    ends = {span.end for span in first.spans if span.kind == "listener"}
    origin = first.spans[0].scheduled
    assert max(span.end for span in shown.outlines) == pytest.approx(max(ends) - origin)


def test_outlines_of_a_kill_show_what_it_prevented():
    desk = sliders("logout", users=4, crash=0.11)
    whole = simulate("logout", users=4)
    lasts = max(span.end for span in whole.spans) - whole.spans[0].scheduled

    for moment in (0.11, 0.2):
        shown = desk.cut(desk.turn(crash=moment))
        assert shown.outlined == "without the kill"
        assert max(span.end for span in shown.outlines) == pytest.approx(lasts)

    assert desk.cut(desk.turn(crash=1.0)).outlines == ()  # everything was over by then


def test_a_picture_of_the_first_emits_says_when_the_whole_run_ended():
    desk = sliders("fan-out", users=20, limit=2)

    assert desk.cut(desk.run()).left_out == (
        "12 of 20 emits shown; 8 omitted. The last listener of the whole run ended at 9.54 s."
    )
    assert desk.cut(desk.turn(users=12)).left_out == ""
    assert desk.cut(desk.turn(users=30)).left_out.endswith("ended at 13.3 s.")


def test_a_ledger_lists_each_fate_with_its_meaning():
    assert ledger(simulate("logout", users=3)) == (
        "      6  ✓ done: the listener finished\n      6  deliveries; the ledger balances"
    )
