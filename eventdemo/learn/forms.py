"""The forms a prediction can take: one of several, some of several, an order, a number.

Whatever the form, an answer is a short string: `b`, `ad`, `cab`, `43`. A form reads what a person types, lists what
there is to choose from, and says an answer in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Protocol


class PredictionError(ValueError):
    """What was typed is no answer to the question."""


class Form(Protocol):
    """How a question can be answered."""

    @property
    def how(self) -> str:
        """Say what to pick or type, with an example."""

    @property
    def choices(self) -> Sequence[str]:
        """Return what there is to choose from; nothing if an answer is a number."""

    def read(self, typed: object) -> str:
        """Return what was typed as an answer, or raise `PredictionError`."""

    def describe(self, answer: str) -> str:
        """Say an answer in words."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Pick one: `b`."""

    choices: Sequence[str]

    @property
    def how(self) -> str:
        """Say what to type."""
        return "b"

    def read(self, typed: object) -> str:
        """Accept one letter."""
        return _letters(typed, self.choices, least=1, most=1)

    def describe(self, answer: str) -> str:
        """Name the choice."""
        return f"{answer}, {_named(answer, self.choices)}"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Pick those that apply: `ad`."""

    choices: Sequence[str]

    @property
    def how(self) -> str:
        """Say what to type."""
        return "ab"

    def read(self, typed: object) -> str:
        """Accept letters, each once, in any order."""
        return "".join(sorted(_letters(typed, self.choices, least=1, most=len(self.choices))))

    def describe(self, answer: str) -> str:
        """Name the choices."""
        return f"{answer}, {_named(answer, self.choices, ' and ')}"


@dataclass(frozen=True, slots=True)
class OrderOf:
    """Put all of them in order: `cab`."""

    choices: Sequence[str]

    @property
    def how(self) -> str:
        """Say what to type."""
        return "".join(reversed(_keys(self.choices)))

    def read(self, typed: object) -> str:
        """Accept all letters, each once."""
        return _letters(typed, self.choices, least=len(self.choices), most=len(self.choices))

    def describe(self, answer: str) -> str:
        """Name the choices in their order."""
        return f"{answer}: {_named(answer, self.choices, ' → ')}"

    def of(self, lines: Sequence[str]) -> str:
        """Return the order in which the choices occur in `lines`, each at its first place."""
        places = {key: lines.index(text) for key, text in zip(_keys(self.choices), self.choices, strict=True)}
        return "".join(sorted(places, key=places.__getitem__))


@dataclass(frozen=True, slots=True)
class CountOf:
    """Say how many: `43`."""

    what: str
    """What is counted, in the plural: `deliveries`."""
    choices: Sequence[str] = ()

    @property
    def how(self) -> str:
        """Say what to type."""
        return "12"

    def read(self, typed: object) -> str:
        """Accept a whole number from 0."""
        text = str(typed).strip().replace(",", "")
        if not text.isdecimal():
            raise PredictionError(f"A prediction here is a number of {self.what}, such as 12, not {typed!r}.")
        return str(int(text))

    def describe(self, answer: str) -> str:
        """Say the number with what it counts."""
        return f"{int(answer):,} {self.what}"


def _keys(choices: Sequence[str]) -> str:
    return ascii_lowercase[: len(choices)]


def _named(answer: str, choices: Sequence[str], between: str = ", ") -> str:
    return between.join(choices[ascii_lowercase.index(key)] for key in answer)


def _letters(typed: object, choices: Sequence[str], *, least: int, most: int) -> str:
    """Read letters that name choices: `c a b`, `cab` and `C,A,B` are the same."""
    answer = "".join(character for character in str(typed).lower() if character not in " ,")
    known = _keys(choices)
    if set(answer) <= set(known) and len(set(answer)) == len(answer) and least <= len(answer) <= most:
        return answer
    wanted = "one letter" if most == 1 else f"all {least} letters" if least > 1 else "letters"
    raise PredictionError(f"A prediction here is {wanted} of {known}, each once, not {typed!r}.")
