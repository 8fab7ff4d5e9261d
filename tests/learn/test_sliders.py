"""Sliders: what a turn plays, and what it refuses."""

import pytest

from eventdemo.learn import ledger, sliders
from eventdemo.simulate import simulate


def test_a_slider_plays_what_simulate_plays():
    desk = sliders("fan-out", users=4, places=2)

    assert desk.run() == simulate("fan-out", users=4, strategy="bounded:2")
    assert desk.turn(places=3) == simulate("fan-out", users=4, strategy="bounded:3")
    assert desk.run() == simulate("fan-out", users=4, strategy="bounded:3")


def test_the_variants_to_choose_from_are_the_scenarios():
    assert sliders("async-flag", users=2, variant="both").run() == simulate("async-flag", users=2, variant="both")

    with pytest.raises(ValueError, match="variant is one of broken, repaired, not 'both'"):
        sliders("logout-race", variant="both")


def test_latency_makes_services_slower():
    desk = sliders("fan-out", users=2, latency=1.0)

    quick, slow = desk.run(), desk.turn(latency=4.0)

    assert slow.metrics.last_listener_done > 2 * quick.metrics.last_listener_done


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"user": 3}, "There is no slider 'user': choose from users"),
        ({"users": 4000}, "users goes from 1 to 40, not to 4000"),
        ({"strategy": "fast"}, "strategy is one of sync"),
    ],
)
def test_what_cannot_be_turned_is_refused(values, told):
    with pytest.raises(ValueError, match=told):
        sliders("logout", **values)


def test_stored_it_is_a_picture_and_its_books():
    shown = sliders("logout", users=2)._repr_mimebundle_()

    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert "4  deliveries; the books balance" in shown["text/plain"]


def test_a_ledger_lists_each_fate_with_its_meaning():
    assert ledger(simulate("logout", users=3)) == (
        "      6  ✓ done: the listener finished\n      6  deliveries; the books balance"
    )
