"""The smallest failing schedule, and the nearest passing one.

The exhaustive search omits redundant schedules, which may include the simplest, so these functions search all.
"""

from collections.abc import Iterator

from eventdemo.explore.determinism import RunWith, first_difference
from eventdemo.explore.experiment import Run
from eventdemo.explore.schedulers import ReplayScheduler
from eventdemo.explore.steps import NotDeterministicError

BUDGET = 2000
"""How many schedules to try in the search for a smaller one."""


def size(run: Run) -> tuple[int, tuple[int, ...]]:
    """Return a sort key: first the number of choices other than the first option, then the choices."""
    return len(run.choices) - run.choices.count(0), run.choices


def minimise(run_with: RunWith, failing: Run, budget: int = BUDGET) -> tuple[Run, bool]:
    """Return the smallest failing schedule found, and whether every smaller one was tried."""
    scripts: list[tuple[int, ...]] = [()]
    for _ in range(size(failing)[0] + 1):  # each round adds one choice other than the first option
        if len(scripts) > budget:
            return failing, False
        budget -= len(scripts)
        runs = [(script, run_with(ReplayScheduler(script))) for script in scripts]
        if failed := [run for _, run in runs if not run.holds]:
            return min(failed, key=size), True
        scripts = [longer for script, run in runs for longer in _longer(run, len(script))]
    raise NotDeterministicError(first_difference(failing.choices, run_with))


def _longer(run: Run, start: int) -> Iterator[tuple[int, ...]]:
    """Yield the prefixes of all schedules that follow `run` at first, then take another option than the first."""
    for at in range(start, len(run.choices)):
        for choice in range(1, run.widths[at]):
            yield (*run.choices[:at], choice)


def nearest_passing(run_with: RunWith, failing: Run) -> Run | None:
    """Return a passing schedule that differs in one choice, as late as possible, and then takes first options only."""
    for at in reversed(range(len(failing.choices))):
        others = [choice for choice in range(failing.widths[at]) if choice != failing.choices[at]]
        runs = [run_with(ReplayScheduler((*failing.choices[:at], choice))) for choice in others]
        if passed := [run for run in runs if run.holds]:
            return min(passed, key=size)
    return None
