"""Judges the code of an exercise: runs it in every schedule, and draws one that fails."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from operator import not_
from pathlib import Path
from typing import Any, TypeVar

from eventdemo.core.bus import EventBus
from eventdemo.explore import Experiment, Exploration, Run, explore, make_bus
from eventdemo.explore.replay import play_traced
from eventdemo.explore.steps import Ready
from eventdemo.learn.exercise import Feedback, failed, passed
from eventdemo.learn.prose import without_locals
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lines import Lines
from eventdemo.trace.record import Check, Span

JUDGES = Path(__file__).parent / "judges"
Answer = TypeVar("Answer")
Program = Callable[[EventBus], Coroutine[Any, Any, str]]
"""Runs an answer on a bus, and returns what is wrong in the end, or nothing."""


def in_every_schedule(
    program: Callable[[Answer, EventBus], Coroutine[Any, Any, str]], praise: str, *, drawn: bool = True
) -> Callable[[Answer], Feedback]:
    """Make a judge of a program, which gets the answer and a bus; `{}` in the praise is the number of schedules.

    If a picture would show only what the judge does, and nothing of the answer, none is `drawn`.
    """

    def judge(answer: Answer) -> Feedback:
        found, refuted = check_all_schedules(partial(program, answer))
        if refuted and not drawn:
            refuted = replace(refuted, shows=())
        return refuted or passed(praise.format(in_all(found)))

    return judge


def check_all_schedules(program: Program) -> tuple[Exploration, Feedback | None]:
    """Run a program in all schedules; return the result, and feedback if something is wrong in one of them."""
    experiment = Experiment("your answer", "nothing is wrong", program, not_)
    found = explore(experiment)
    if found.failing is None:
        return found, None
    if found.failing.never_ended:
        return found, failed("Your code repeats the same steps without end.")
    if found.failing.error is not None:
        raise found.failing.error
    return found, failed(_explanation(found, found.failing), [_drawn(experiment, found.failing, found.ready)])


def _explanation(found: Exploration, failing: Run) -> str:
    if found.complete and found.schedules == 1:
        return f"In every order, {failing.outcome}."
    ran, known = ("", "") if found.complete else (" that ran", " known")
    if found.failures == found.schedules:
        every = "both" if found.schedules == 2 else f"all {found.schedules}"  # noqa: PLR2004 - English has a word for it
        return f"It fails in {every} schedules{ran}. In the shortest{known}, {failing.outcome}."
    decides = "which waits end on the same turn of the loop" if found.ready == "turns" else "which wait ends first"
    return (
        f"It fails in {found.failures} of {found.schedules} schedules{ran}. In the shortest{known}, {failing.outcome}. "
        f"It is a race: whether it works depends on {decides}."
    )


def _drawn(experiment: Experiment, run: Run, ready: Ready) -> Excerpt:
    _, spans, stalls, _ = play_traced(experiment, make_bus("awaited")(), run.choices, ready)
    wrong = Check(claim=experiment.claim, holds=False, found=run.outcome)
    shown = tuple(map(_without_the_judge, spans))
    return Excerpt("a schedule in which it fails", experiment.name, "", "", shown, stalls, checks=(wrong,))


def _without_the_judge(span: Span) -> Span:
    """Return a span without the judge's own code: the reader's lines stay beside the picture."""
    own = Lines(tuple(line for line in span.lines if not Path(line.file).is_relative_to(JUDGES)))
    names = {"name": without_locals(span.name), "detail": without_locals(span.detail)}
    return span.model_copy(update={**names, "lines": own})


def in_all(found: Exploration) -> str:
    """Return how many schedules were explored: `in each of 6 schedules`."""
    if not found.complete:
        return f"in each of the {found.schedules} schedules that ran (there are more)"
    return "in every order" if found.schedules == 1 else f"in each of {found.schedules} schedules"
