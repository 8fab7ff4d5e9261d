"""The reported failing schedule is the smallest of all, and the passing one is the nearest to it."""

from itertools import product

import pytest
from hypothesis import find, settings
from hypothesis import strategies as st

from eventdemo.core.bus import EventBus
from eventdemo.explore import RandomScheduler, explore, instrumented, play
from eventdemo.explore.minimise import minimise, nearest_passing, size
from tests.explore import programs

BUS = instrumented(EventBus)


def all_runs(experiment, ready="fifo"):
    """Return all runs, by brute force."""
    from eventdemo.explore import Exhaustive

    search, runs = Exhaustive(), []
    while search.more():
        runs.append(play(experiment, BUS(), search, ready))
        search.ended(runs[-1].steps[-1].accesses)
    return runs


EXPERIMENTS = {
    "lost update": programs.lost_update(2),
    "c overtakes a": programs.racing("a", "b", "c", holds=lambda o: o.index("a") < o.index("c")),
    "only one order fails": programs.racing("a", "b", "c", "d", holds=lambda o: o != "d, b, a, c"),
    "only one order passes": programs.racing("a", "b", "c", holds=lambda o: o == "c, a, b"),
    "the FIFO order fails": programs.racing("a", "b", "c", holds=lambda o: o != "a, b, c"),
}


TOO_MANY = {("only one order fails", "any")}
"""For brute force: eight steps in any order."""


@pytest.mark.parametrize(("name", "ready"), sorted({*product(EXPERIMENTS, ["fifo", "any"])} - TOO_MANY))
def test_the_smallest_failing_schedule_is_the_smallest_by_brute_force(name, ready):
    experiment = EXPERIMENTS[name]
    failing = [run for run in all_runs(experiment, ready) if not run.holds]

    for found in (explore(experiment, ready=ready), explore(experiment, ready=ready, reduce=False)):
        assert found.failing == min(failing, key=size)
        assert found.is_smallest


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_other_passing_schedule_with_one_changed_choice_shares_a_longer_prefix(name):
    experiment = EXPERIMENTS[name]
    found = explore(experiment)
    failing, passing = found.failing.choices, found.passing.choices

    def shared_prefix(choices):
        return next((n for n, (a, b) in enumerate(zip(failing, choices, strict=False)) if a != b), len(failing))

    def changes_one_choice(run):
        return not any(run.choices[shared_prefix(run.choices) + 1 :])

    others = [run for run in all_runs(experiment) if run.holds and changes_one_choice(run)]
    assert found.passing.holds
    assert not others or shared_prefix(passing) == max(shared_prefix(run.choices) for run in others)


def test_if_no_schedule_passes_there_is_no_passing_one():
    found = explore(programs.racing("a", "b", holds=lambda o: False))

    assert found.passing is None


def test_a_budget_that_is_too_small_is_reported():
    experiment = EXPERIMENTS["only one order fails"]
    large = next(run for run in all_runs(experiment) if not run.holds)

    def run_with(scheduler):
        return play(experiment, BUS(), scheduler)

    assert minimise(run_with, large, budget=3) == (large, False)
    assert minimise(run_with, large) == (large, True)
    assert nearest_passing(run_with, large).holds


def test_the_budget_is_the_number_of_schedules_that_may_run():
    experiment, played = EXPERIMENTS["only one order fails"], []
    large = next(run for run in all_runs(experiment) if not run.holds)

    def run_with(scheduler):
        played.append(scheduler)
        return play(experiment, BUS(), scheduler)

    minimise(run_with, large)
    needed = len(played)

    assert minimise(run_with, large, needed) == (large, True)
    assert minimise(run_with, large, needed - 1) == (large, False)


@pytest.mark.parametrize(("name", "always"), [(name, name == "the FIFO order fails") for name in EXPERIMENTS])
def test_a_failure_in_fifo_order_is_detected(name, always):
    from eventdemo.explore import FifoScheduler

    experiment = EXPERIMENTS[name]
    fails = not play(experiment, BUS(), FifoScheduler()).holds

    assert explore(experiment).fails_in_fifo_order is fails
    assert explore(experiment, ready="any").fails_in_fifo_order is fails
    assert not always or fails


def test_hypothesis_draws_schedules_and_shrinks_them():
    experiment = EXPERIMENTS["c overtakes a"]

    @st.composite
    def failing_runs(draw):
        return play(experiment, BUS(), RandomScheduler(lambda options: draw(st.integers(0, options - 1))))

    run = find(failing_runs(), lambda run: not run.holds, settings=settings(database=None, deadline=None))

    # Hypothesis prefers small numbers to few: taking the second option twice beats taking the third once.
    assert run.choices == min(run.choices for run in all_runs(experiment) if not run.holds)
