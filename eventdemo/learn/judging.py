"""How an exercise's code is judged: every order in which waits can end is tried, and a failing one is drawn."""

from collections.abc import Callable, Coroutine
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import Experiment, Exploration, Run, explore, make_bus
from eventdemo.explore.replay import play_traced
from eventdemo.learn.exercise import Feedback, failed
from eventdemo.learn.prose import without_locals
from eventdemo.trace.excerpt import Excerpt

Play = Callable[[EventBus], Coroutine[Any, Any, str]]


def check_all_schedules(claim: str, play: Play, *, strategy: str = "awaited") -> tuple[Exploration, Feedback | None]:
    """Try every schedule of a program that should end as `claim`; return what was found, and a no if there is one."""
    experiment = Experiment("your answer", claim, play, claim.__eq__)
    buses = make_bus(strategy)
    found = explore(experiment, buses)
    if found.failing is None:
        return found, None
    return found, failed(_told(found, found.failing), [_drawn(experiment, buses(), found.failing)])


def _told(found: Exploration, failing: Run) -> str:
    if found.schedules == 1:
        return f"In whatever order waits end, {failing.outcome}."
    if found.failures == found.schedules:
        return f"In each of {found.schedules} schedules it goes wrong. In the smallest, {failing.outcome}."
    return (
        f"In {found.failures} of {found.schedules} schedules it goes wrong. In the smallest, {failing.outcome}. "
        "Whether it works is luck: it depends on which wait ends first."
    )


def _drawn(experiment: Experiment, bus: EventBus, run: Run) -> Excerpt:
    _, spans, stalls, _ = play_traced(experiment, bus, run.choices)
    named = tuple(span.model_copy(update={"detail": without_locals(span.detail)}) for span in spans)
    return Excerpt("an order of waits in which it goes wrong", experiment.name, "", "", named, stalls)


def in_all(found: Exploration) -> str:
    """Say how many schedules were tried: `in each of 6 schedules`."""
    return "in whatever order waits end" if found.schedules == 1 else f"in each of {found.schedules} schedules"
