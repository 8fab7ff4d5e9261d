"""The forms of a prediction: one choice, several choices, an order, a number.

An answer is always a short string: `b`, `ad`, `cab`, `43`. A form parses what the reader types, lists the choices, and
describes an answer in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import ClassVar

from eventdemo.core.wording import plural


class PredictionError(ValueError):
    """The typed text is not an answer to the question."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Pick one: `b`."""

    choices: Sequence[str]
    how: ClassVar[str] = "b"

    def read(self, typed: object) -> str:
        return _letters(typed, self.choices, minimum=1, maximum=1)

    def describe(self, answer: str) -> str:
        return f"{answer}, {_named(answer, self.choices)[0]}"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Pick all that apply: `ad`."""

    choices: Sequence[str]
    how: ClassVar[str] = "ab"

    def read(self, typed: object) -> str:
        """Accept letters, each once, in any order."""
        return "".join(sorted(_letters(typed, self.choices, minimum=1, maximum=len(self.choices))))

    def describe(self, answer: str) -> str:
        *most, last = _named(answer, self.choices)
        return f"{answer}, {', '.join(most)} and {last}" if most else f"{answer}, {last}"


@dataclass(frozen=True, slots=True)
class OrderOf:
    """Put all choices in order: `cab`."""

    choices: Sequence[str]

    @property
    def how(self) -> str:
        return "".join(reversed(_keys(self.choices)))

    def read(self, typed: object) -> str:
        return _letters(typed, self.choices, minimum=len(self.choices), maximum=len(self.choices))

    def describe(self, answer: str) -> str:
        return f"{answer}: {' → '.join(_named(answer, self.choices))}"

    def of(self, lines: Sequence[str]) -> str:
        """Return the order of the first occurrences of the choices in `lines`."""
        places = {key: lines.index(text) for key, text in zip(_keys(self.choices), self.choices, strict=True)}
        return "".join(sorted(places, key=places.__getitem__))


@dataclass(frozen=True, slots=True)
class CountOf:
    """Enter a number: `43`."""

    what: str
    """The plural of what is counted: `deliveries`."""
    choices: Sequence[str] = ()
    how: ClassVar[str] = "12"

    def read(self, typed: object) -> str:
        """Accept a whole number from 0."""
        text = str(typed).strip().replace(",", "")
        if not text.isdecimal():
            raise PredictionError(f"Predict a number of {self.what}, such as 12, not {typed!r}.")
        return str(int(text))

    def describe(self, answer: str) -> str:
        one = f"{self.what[:-3]}y" if self.what.endswith("ies") else self.what[:-1]
        return plural(int(answer), one, self.what)


Form = OneOf | SomeOf | OrderOf | CountOf
"""How the reader answers a question. `how` is an example of what to type; a number has no `choices`."""


def _keys(choices: Sequence[str]) -> str:
    return ascii_lowercase[: len(choices)]


def _named(answer: str, choices: Sequence[str]) -> list[str]:
    return [choices[ascii_lowercase.index(key)] for key in answer]


def _letters(typed: object, choices: Sequence[str], *, minimum: int, maximum: int) -> str:
    """Parse letters that name choices: `c a b`, `cab` and `C,A,B` are equal."""
    answer = "".join(character for character in str(typed).lower() if character not in " ,")
    known = _keys(choices)
    if set(answer) <= set(known) and len(set(answer)) == len(answer) and minimum <= len(answer) <= maximum:
        return answer
    wanted = "one letter" if maximum == 1 else f"all {minimum} letters" if minimum > 1 else "letters"
    raise PredictionError(f"Predict {wanted} of {known}, each once, not {typed!r}.")
