"""Judges the code of an exercise: runs it in every schedule, and draws one that fails."""

from collections.abc import Callable, Coroutine
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import Experiment, Exploration, Run, explore, make_bus
from eventdemo.explore.replay import play_traced
from eventdemo.learn.exercise import Feedback, failed
from eventdemo.learn.prose import without_locals
from eventdemo.trace.excerpt import Excerpt

Program = Callable[[EventBus], Coroutine[Any, Any, str]]


def check_all_schedules(
    claim: str, program: Program, *, strategy: str = "awaited"
) -> tuple[Exploration, Feedback | None]:
    """Explore all schedules of a program that should end as `claim`; return the result, and feedback if one fails."""
    experiment = Experiment("your answer", claim, program, claim.__eq__)
    buses = make_bus(strategy)
    found = explore(experiment, buses)
    if found.failing is None:
        return found, None
    if found.failing.never_ended:
        return found, failed("Your code repeats the same steps without end.")
    if found.failing.error is not None:
        raise found.failing.error
    return found, failed(_explanation(found, found.failing), [_drawn(experiment, buses(), found.failing)])


def _explanation(found: Exploration, failing: Run) -> str:
    if found.schedules == 1:
        return f"In every order, {failing.outcome}."
    if found.failures == found.schedules:
        return f"It fails in all {found.schedules} schedules. In the shortest, {failing.outcome}."
    return (
        f"It fails in {found.failures} of {found.schedules} schedules. In the shortest, {failing.outcome}. "
        "It is a race: whether it works depends on which wait ends first."
    )


def _drawn(experiment: Experiment, bus: EventBus, run: Run) -> Excerpt:
    _, spans, stalls, _ = play_traced(experiment, bus, run.choices)
    named = tuple(span.model_copy(update={"detail": without_locals(span.detail)}) for span in spans)
    return Excerpt("a schedule in which it fails", experiment.name, "", "", named, stalls)


def in_all(found: Exploration) -> str:
    """Return how many schedules were explored: `in each of 6 schedules`."""
    return "in every order" if found.schedules == 1 else f"in each of {found.schedules} schedules"
