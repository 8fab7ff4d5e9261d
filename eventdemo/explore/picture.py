"""A refutation as a picture: the schedule that fails and the nearest one that passes, and what they turned round."""

from collections.abc import Collection, Iterator

from eventdemo.explore.experiment import Run, told
from eventdemo.explore.explore import Exploration
from eventdemo.explore.races import independent
from eventdemo.explore.report import swapped
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Check
from eventdemo.trace.schedule import Move, schedule


def pair(found: Exploration) -> list[Excerpt]:
    """Return the smallest schedule that fails and the nearest one that passes, as far as there are any."""
    failing, passing = found.failing, found.passing
    two = swapped(failing, passing) if failing and passing else None
    turned = [told(step) for step in two or ()]
    runs = [("fails", failing), ("passes", passing)]
    return [_excerpt(found, label, run, turned) for label, run in runs if run]


def _excerpt(found: Exploration, label: str, run: Run, turned: Collection[str]) -> Excerpt:
    check = Check(claim=found.experiment.claim, holds=run.holds, found=run.outcome)
    numbers = [number for number, step in enumerate(run.took) if told(step) in turned]
    return schedule(found.experiment.name, label, list(_moves(run)), check=check, turned=numbers)


def _moves(run: Run) -> Iterator[Move]:
    """Yield the steps that touched something, as a report numbers them."""
    for number, step in enumerate(run.took):
        before = [n for n in range(number) if not independent(run.took[n].touched, step.touched)]
        if step.touched:
            yield Move(number, step.name, told(step).removeprefix(f"{step.name} "), max(before, default=None))
