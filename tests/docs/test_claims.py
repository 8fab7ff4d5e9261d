"""What the prose says around the outputs, so that a page whose block was refreshed cannot go on saying the opposite."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import DEFAULTS, simulate


@pytest.fixture(scope="module")
def polls():
    """Return the comparison of the README."""
    return {strategy: simulate("fan-out", strategy=strategy) for strategy in DEFAULTS}


@pytest.fixture(scope="module")
def logouts():
    """Return the comparison of docs/index.md and of the first notebook."""
    return {strategy: simulate("logout", strategy=strategy, users=3) for strategy in DEFAULTS}


def test_waiting_for_every_listener_costs_minutes(polls):
    assert all(polls[strategy].metrics.last_listener_done > 120 for strategy in ("sync", "sequential", "awaited"))


def test_starting_everything_at_once_makes_oracle_refuse(polls):
    assert polls["detached"].metrics.throttled > 0


def test_under_detached_nobody_learns_of_what_failed(polls):
    assert set(polls["detached"].ledger) == {Fate.DONE, Fate.FAILED_UNSEEN}


def test_a_bound_gets_most_of_the_speed_and_no_refusal(polls):
    bounded, awaited = polls["bounded:8"].metrics, polls["awaited"].metrics

    assert bounded.throttled == 0
    assert bounded.last_listener_done < awaited.last_listener_done / 2


def test_under_sync_a_logout_is_held_up_and_so_is_everybody_else(logouts):
    metrics = logouts["sync"].metrics

    assert metrics.emit_returned_p95 > 0.1
    assert metrics.longest_stall > 0.1


def test_under_awaited_a_logout_goes_on_while_topics_are_still_subscribed(logouts):
    emits = [span for span in logouts["awaited"].spans if span.kind == "emit"]

    assert all(emit.end == emit.start for emit in emits)
    assert max(child.end for emit in emits for child in logouts["awaited"].children(emit)) > emits[-1].end + 0.1


def test_two_places_take_about_as_long_as_awaited_and_sixteen_are_refused():
    """So says notebooks/00_start_here.ipynb."""
    runs = {
        name: simulate("fan-out", strategy=name, users=40).metrics for name in ("awaited", "bounded:2", "bounded:16")
    }

    assert runs["bounded:2"].last_listener_done == pytest.approx(runs["awaited"].last_listener_done, rel=0.2)
    assert runs["bounded:16"].throttled > 0
