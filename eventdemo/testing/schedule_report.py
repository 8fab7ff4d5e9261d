"""What a failed test prints: the outcomes, its smallest failing schedule with the line of each await, and a token."""

from shlex import quote

from eventdemo.explore.experiment import Run
from eventdemo.explore.explore import Exploration
from eventdemo.explore.report import coverage as explored
from eventdemo.explore.report import histogram, side_by_side, steps_of
from eventdemo.testing.options import Options


def coverage(found: Exploration) -> str:
    """Return which schedules ran, in one line."""
    head = explored(found).partition("\n")[0].removeprefix(f"{found.experiment.name} ").removesuffix(".")
    return head if found.refuted or not found.sampled else f"{head}. To run more of them, raise explore(bound=...)"


def refutation(found: Exploration, options: Options) -> str:
    assert found.failing is not None
    smallest = "The smallest failing schedule" if found.is_smallest else "The smallest failing schedule known"
    head, *_, rests_on = explored(found).replace("--ready turns", 'ready="turns"').splitlines()
    parts = [f"{head}\n{rests_on}", histogram(found), f"{smallest}:", schedule(found, found.failing, options)]
    return "\n\n".join(parts)


def schedule(found: Exploration, run: Run, options: Options) -> str:
    """Return the steps of a schedule, beside the nearest one that passes if it is known, and how to replay it."""
    steps = steps_of(found, run)
    if found.passing is None:
        lines = "\n".join(steps) or "  (the test made no choice)"
    else:
        lines = side_by_side(steps, steps_of(found, found.passing))
    return f"{lines}\n\nReplay it:  pytest {quote(options.nodeid)} --explore-replay {quote(options.token())}"
