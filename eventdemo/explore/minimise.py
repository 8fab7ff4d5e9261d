"""The smallest schedule that fails, and the passing one that resembles it most.

A search that leaves out redundant schedules may leave out the simplest of them, so these look among all.
"""

from collections.abc import Callable, Iterator

from eventdemo.explore.experiment import Run
from eventdemo.explore.loop import Scheduler
from eventdemo.explore.schedulers import ReplayScheduler

BUDGET = 2000
"""Schedules to try for a smaller one: there can be very many."""
Again = Callable[[Scheduler], Run]
"""Plays the same experiment with another chooser."""


def size(run: Run) -> tuple[int, tuple[int, ...]]:
    """Order schedules: the fewer choices other than the first option, the smaller; then as written."""
    return len(run.choices) - run.choices.count(0), run.choices


def minimise(again: Again, failing: Run, budget: int = BUDGET) -> tuple[Run, bool]:
    """Return the smallest failing schedule, and whether every smaller one was tried."""
    scripts: list[tuple[int, ...]] = [()]
    for _ in range(size(failing)[0] + 1):  # one more choice other than the first option each time
        if len(scripts) > budget:
            return failing, False
        budget -= len(scripts)
        runs = [(script, again(ReplayScheduler(script))) for script in scripts]
        if failed := [run for _, run in runs if not run.holds]:
            return min(failed, key=size), True
        scripts = [longer for script, run in runs for longer in _longer(run, len(script))]
    raise AssertionError(f"the experiment is not deterministic: {failing.choices} failed once and then did not")


def _longer(run: Run, start: int) -> Iterator[tuple[int, ...]]:
    """Yield the beginnings of all schedules that follow `run` for a while and then do not take the first option."""
    for at in range(start, len(run.choices)):
        for choice in range(1, run.widths[at]):
            yield (*run.choices[:at], choice)


def nearest_passing(again: Again, failing: Run) -> Run | None:
    """Return the schedule that passes with one choice changed and only first options after it, as late as possible."""
    for at in reversed(range(len(failing.choices))):
        others = [choice for choice in range(failing.widths[at]) if choice != failing.choices[at]]
        runs = [again(ReplayScheduler((*failing.choices[:at], choice))) for choice in others]
        if passed := [run for run in runs if run.holds]:
            return min(passed, key=size)
    return None
