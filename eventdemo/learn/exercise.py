"""An exercise: a hole to fill, a judge who runs what was filled in, two hints, and a solution with its reasons.

The judge answers in words, and with the timeline of a run that went wrong. Which answers are wrong, and what each is
told, is listed too, so that a test can hold the judge to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from warnings import catch_warnings, simplefilter

from eventdemo.learn.kernel import with_widget
from eventdemo.learn.pictures import display_words_and_picture
from eventdemo.learn.prose import Prose, paragraphs, without_locals
from eventdemo.trace import text
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Trace

NOT_YET = "Nothing is filled in yet: put something in the place of the dots, then run the cell again."


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a judge says of an answer."""

    passed: bool
    words: str
    shows: Sequence[Trace | Excerpt] = ()
    """The runs that show it."""

    def __str__(self) -> str:
        """Return the words, and below them the timeline."""
        return self._said() + (f"\n\n{text.draw(self.shows).rstrip()}" if self.shows else "")

    def __repr__(self) -> str:
        return str(self)

    def _ipython_display_(self) -> None:
        display_words_and_picture(self._said(), self.shows)

    def _said(self) -> str:
        return paragraphs(f"{'✓' if self.passed else '✗'} {self.words}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that looks right, as a cell, and what only its own fault makes the judge say."""

    code: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """Something to do. Shown in a notebook it says what."""

    name: str
    task: str
    hole: str
    """The cell as it stands in the notebook, with dots where something is missing."""
    answer: str
    """The name that the cell gives to what is judged."""
    judge: Callable[[Any], Feedback]
    hints: tuple[str, str]
    solved: str
    """The cell, filled in."""
    reasons: str
    wrong: Sequence[Wrong]

    def check(self, answer: Any) -> Feedback:
        """Judge an answer; what it raises is part of the verdict."""
        if _is_empty(answer):
            return failed(NOT_YET)
        with catch_warnings(record=True) as warned:
            simplefilter("always")
            try:
                verdict = self.judge(answer)
            except Exception as error:  # noqa: BLE001 - it is the reader's code, and may raise whatever it wants
                verdict = failed(f"It could not be played to the end. {_raised(error)}")
        dropped = next((str(warning.message) for warning in warned if "never awaited" in str(warning.message)), "")
        return (
            replace(verdict, words=f"{verdict.words} Python warned: {without_locals(dropped)}.") if dropped else verdict
        )

    def hint(self, number: int = 1) -> Prose:
        """Return the first or the second hint."""
        if number not in (1, 2):
            raise ValueError(f"There are two hints, hint(1) and hint(2), and no {number!r}; then there is solution().")
        return Prose(paragraphs(self.hints[number - 1]))

    def solution(self) -> Prose:
        """Return the solution, and why it is one."""
        return Prose(f"{self.solved.strip()}\n\n{paragraphs(self.reasons)}")

    def __str__(self) -> str:
        """Return the task."""
        return f"{paragraphs(self.task)}\n\nStuck? Add .hint(1) to its name, then .hint(2), then .solution()."

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"text/plain": str(self)}, self._widget)

    def _widget(self) -> dict[str, Any]:
        from eventdemo.learn.widgets import exercise_widget

        return exercise_widget(self)


def _raised(error: BaseException) -> str:
    """Name an error, and of a group the first that is in it."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}: {error.message}. In it: {_raised(error.exceptions[0])}"
    return f"{type(error).__name__}: {error}"


def passed(words: str, shows: Sequence[Trace | Excerpt] = ()) -> Feedback:
    """Return a verdict of yes."""
    return Feedback(True, words, shows)  # noqa: FBT003 - this gives it its name


def failed(words: str, shows: Sequence[Trace | Excerpt] = ()) -> Feedback:
    """Return a verdict of no, with the runs that show why."""
    return Feedback(False, words, shows)  # noqa: FBT003 - this gives it its name


def _is_empty(answer: Any) -> bool:
    """Tell whether a hole is still one: dots, something with dots in it, or a function whose body is dots."""
    if isinstance(answer, dict):
        return any(each is ... for each in answer.values())
    code = getattr(answer, "__code__", None)
    return answer is ... or (code is not None and code.co_code in {_plain.__code__.co_code, _waiting.__code__.co_code})


def _plain() -> None: ...


async def _waiting() -> None: ...
