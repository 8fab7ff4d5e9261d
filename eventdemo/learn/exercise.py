"""An exercise: a cell with a gap, a judge that runs the answer, two hints, and a solution with reasons.

A judge returns its praise. It rejects an answer by raising a sentence, with the timeline of a run that failed.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from warnings import catch_warnings, simplefilter

from eventdemo.learn.judging import WrongAnswerError
from eventdemo.learn.mistakes import message, place
from eventdemo.learn.pictures import WithWidget, display_words_and_picture
from eventdemo.learn.prose import Prose, Reply, paragraphs, without_locals
from eventdemo.learn.time_limit import TimeLimitError, time_limit
from eventdemo.trace import text
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Trace

LIMIT = 20
"""Seconds that a judge may take. On a slow machine the longest takes two."""
NOT_YET = "The gap is still empty. Replace the dots, then run the cell again."


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader sees of an answer's judgement."""

    passed: bool
    words: str
    shows: Sequence[Trace | Excerpt] = ()
    """The runs to show with it."""

    def __repr__(self) -> str:
        return self._reply() + (f"\n\n{text.draw(self.shows).rstrip()}" if self.shows else "")

    def _ipython_display_(self) -> None:
        display_words_and_picture(self._reply(), self.shows)

    def _reply(self) -> Reply:
        return Reply(f"{'✓' if self.passed else '✗'} {self.words}")


@dataclass(frozen=True, slots=True)
class Exercise(WithWidget):
    """A task with a judge. A notebook shows the task."""

    name: str
    task: str
    """A line for each paragraph; items of a list begin with a dash."""
    hole: str
    """The cell in the notebook, with dots in place of the answer."""
    answer: str
    """The name of the variable or function to judge."""
    judge: Callable[[Any], str]
    hints: tuple[str, str]
    solved: str
    """The cell with the solution."""
    reasons: str

    def check(self, answer: Any, *, limit: float = LIMIT) -> Feedback:
        """Judge an answer; an exception that it raises, and a loop that never ends, become feedback."""
        if _is_empty(answer):
            return Feedback(passed=False, words=NOT_YET)
        cell = getattr(getattr(answer, "__code__", None), "co_filename", "")
        with catch_warnings(record=True) as warned:
            simplefilter("ignore")
            gc.collect()  # what an earlier answer dropped in a reference cycle is no news about this one
            simplefilter("always")
            try:
                with time_limit(limit, cell):
                    feedback = Feedback(passed=True, words=self.judge(answer))
            except WrongAnswerError as wrong:
                feedback = Feedback(passed=False, words=wrong.words, shows=wrong.shows)
            except TimeLimitError as error:
                where = f", at line {error.line}" if error.line else ""
                feedback = Feedback(passed=False, words=f"Your code did not come back within {limit:g} seconds{where}.")
            except Exception as raised:  # noqa: BLE001 - the reader's code can raise any exception
                own = _through(raised, cell) or raised
                feedback = Feedback(passed=False, words=f"Your code raised an error. {place(own, cell)}{_raised(own)}")
            gc.collect()
        dropped = next((str(warning.message) for warning in warned if "never awaited" in str(warning.message)), "")
        warning = f" Python warned: {without_locals(dropped)}." if dropped else ""
        return replace(feedback, words=feedback.words + warning)

    def hint(self, number: int = 1) -> Prose:
        if number not in (1, 2):
            raise ValueError(f"There is no hint {number!r}: use hint(1), hint(2), or solution().")
        return Prose(paragraphs(self.hints[number - 1]))

    def solution(self) -> Prose:
        return Prose(f"{self.solved.strip()}\n\n{paragraphs(self.reasons)}")

    def __repr__(self) -> str:
        task = paragraphs(*self.task.splitlines())
        return f"{task}\n\nStuck? Add .hint(1) to its name, then .hint(2), then .solution()."


def _through(error: BaseException, cell: str) -> BaseException | None:
    """Return the error, or one inside a group, that came through the reader's cell; None if there is none."""
    if place(error, cell):
        return error
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next((found for member in members if (found := _through(member, cell))), None)


def _raised(error: BaseException) -> str:
    """Describe an error; for a group, also its first member."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}: {error.message}. It contains {_raised(error.exceptions[0])}"
    return message(error)


def _is_empty(answer: Any) -> bool:
    """Return whether the gap is still empty: dots, a dictionary with dots, or a function whose body is dots."""
    if isinstance(answer, dict):
        return any(each is ... for each in answer.values())
    code = getattr(answer, "__code__", None)
    return answer is ... or (code is not None and code.co_code in {_plain.__code__.co_code, _waiting.__code__.co_code})


def _plain() -> None: ...


async def _waiting() -> None: ...
