"""A schedule as a short text that replays it anywhere: `logout-race/awaited/fifo/01`.

A claim that is not the program's first comes after its name: `logout/all-done/awaited/fifo/01`. The digits are the
choices, in base 36; first options at the end are left out, a choice past `z` stands as `_36_`.
"""

import re
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import get_args

from eventdemo.explore.steps import Ready

_DIGITS = digits + ascii_lowercase
_FEWEST = 4
"""Parts of a token: program, strategy, ready, choices; the claim may be a fifth."""
_CHOICE = re.compile(r"[0-9a-z]|_[0-9]{2,6}_")


class BadTokenError(ValueError):
    """A text that is no schedule."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is needed to replay a schedule."""

    experiment: str
    strategy: str
    ready: Ready
    choices: tuple[int, ...]
    claim: str = ""
    """Which one, if not the first."""

    def __str__(self) -> str:
        written = "".join(_DIGITS[c] if c < len(_DIGITS) else f"_{c}_" for c in self.choices)
        parts = (self.experiment, self.claim, self.strategy, self.ready, written.rstrip("0") or "0")
        return "/".join(filter(None, parts))


def parse(text: str) -> Token:
    """Read a token, or say what is wrong with it."""
    parts = text.strip().split("/")
    if not _FEWEST <= len(parts) <= _FEWEST + 1:
        raise BadTokenError(f"{text!r} is no schedule: it looks like logout-race/awaited/fifo/01.")
    experiment, *claim, strategy, ready, written = parts
    if ready not in get_args(Ready):
        raise BadTokenError(f"{text!r} is no schedule: its last part but one is fifo or any, not {ready!r}.")
    if not re.fullmatch(f"(?:{_CHOICE.pattern})+", written):
        raise BadTokenError(f"{text!r} is no schedule: its last part has digits and small letters only.")
    return Token(experiment, strategy, "fifo" if ready == "fifo" else "any", choices_of(written), "".join(claim))


def choices_of(written: str) -> tuple[int, ...]:
    """Read the choices; first options at the end say nothing."""
    read = [int(c.strip("_")) if c[0] == "_" else _DIGITS.index(c) for c in _CHOICE.findall(written)]
    while read and not read[-1]:
        read.pop()
    return tuple(read)
