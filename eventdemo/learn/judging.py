"""What judges are written with: they reject an answer, or run it in every schedule, and draw one in which it fails."""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from eventdemo.core.bus import EventBus
from eventdemo.explore import Experiment, Exploration, access, explore, make_bus, wait
from eventdemo.explore.replay import play_traced
from eventdemo.learn.prose import without_locals
from eventdemo.trace.claim import InvariantError
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lines import Lines
from eventdemo.trace.record import Check, Span, Trace

HERE = Path(__file__).parent
Program = Callable[[EventBus], Coroutine[Any, Any, object]]
"""Runs an answer on a bus, and raises `WrongAnswerError` if something is wrong in the end."""


class WrongAnswerError(InvariantError):
    """A judge rejects the answer: why, and the runs that show it."""

    def __init__(self, words: str, *shows: Trace | Excerpt) -> None:
        super().__init__(words)
        self.words, self.shows = words, shows


def reject(words: str, *shows: Trace | Excerpt) -> NoReturn:
    raise WrongAnswerError(words, *shows)


def require(holds: object, otherwise: str) -> None:
    """Reject the answer unless something holds."""
    if not holds:
        reject(otherwise)


def in_every_schedule(
    program: Callable[[Any, EventBus], Coroutine[Any, Any, object]], praise: str, *, drawn: bool = True
) -> Callable[[Any], str]:
    """Make a judge of a program, which gets the answer and a bus; `{}` in the praise is the number of schedules.

    If a picture would show only what the judge does, and nothing of the answer, none is `drawn`.
    """
    return lambda answer: praise.format(check_all_schedules(partial(program, answer), drawn=drawn))


def check_all_schedules(program: Program, *, drawn: bool = True) -> str:
    """Run a program in all schedules, and return how many there are; reject the answer if it fails in one of them."""
    experiment = Experiment("your answer", "nothing is wrong", program, lambda _: True)
    found = explore(experiment)
    if found.failing is None:
        return _in_all(found)
    if found.failing.never_ended:
        raise WrongAnswerError("Your code repeats the same steps without end.")
    error = found.failing.error
    if not isinstance(error, WrongAnswerError):
        assert error is not None, "every result is right"
        raise error
    shows = [_drawn(found, found.failing.choices, error.words)] if drawn else []
    raise WrongAnswerError(_explanation(found, error.words), *shows) from None


def fails_in_some_schedule(program: Program) -> bool:
    try:
        check_all_schedules(program, drawn=False)
    except WrongAnswerError:
        return True
    return False


def _explanation(found: Exploration, wrong: str) -> str:
    if found.complete and found.schedules == 1:
        return f"In every order, {wrong}."
    ran, known = ("", "") if found.complete else (" that ran", " known")
    if found.failures == found.schedules:
        every = "both" if found.schedules == 2 else f"all {found.schedules}"  # noqa: PLR2004 - English has a word for it
        return f"It fails in {every} schedules{ran}. In the shortest{known}, {wrong}."
    decides = "which waits end on the same turn of the loop" if found.ready == "turns" else "which wait ends first"
    return (
        f"It fails in {found.failures} of {found.schedules} schedules{ran}. In the shortest{known}, {wrong}. "
        f"It is a race: whether it works depends on {decides}."
    )


def _drawn(found: Exploration, choices: tuple[int, ...], wrong: str) -> Excerpt:
    _, spans, stalls, _ = play_traced(found.experiment, make_bus("awaited")(), choices, found.ready)
    check = Check(claim=found.experiment.claim, holds=False, found=wrong)
    shown = tuple(map(_without_the_judge, spans))
    return Excerpt("a schedule in which it fails", found.experiment.name, "", "", shown, stalls, checks=(check,))


def _without_the_judge(span: Span) -> Span:
    """Return a span without the judge's own code: the reader's lines stay beside the picture."""
    own = Lines(tuple(line for line in span.lines if not Path(line.file).is_relative_to(HERE)))
    names = {"name": without_locals(span.name), "detail": without_locals(span.detail)}
    return span.model_copy(update={**names, "lines": own})


def _in_all(found: Exploration) -> str:
    """Return how many schedules were explored: `in each of 6 schedules`."""
    if not found.complete:
        return f"in each of the {found.schedules} schedules that ran (there are more)"
    return "in every order" if found.schedules == 1 else f"in each of {found.schedules} schedules"


async def read(what: str) -> None:
    """Wait as a call does, then declare that it reads something."""
    await wait()
    access(what, write=False)


async def write(what: str) -> None:
    """Wait as a call does, then declare that it writes something."""
    await wait()
    access(what)
