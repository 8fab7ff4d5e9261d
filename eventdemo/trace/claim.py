"""What a program of your own promises: one claim about its end, and invariants that hold after each of its steps.

The simulator and the explorer check them. Elsewhere, both do nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__eventdemo_claim__"


@dataclass(frozen=True, slots=True)
class Claim:
    """What should be true when a program ends."""

    sentence: str
    ledger: bool = True
    """Whether a lost delivery refutes the claim, too."""
    check: Callable[..., Any] | None = None
    """Returns the result if the program returns none; takes what the program takes."""
    declared: bool = False
    """Whether the program promises that its tasks share nothing but what the explorer sees."""


class InvariantError(AssertionError):
    """An invariant of the program did not hold after one of its steps."""


def claim(
    sentence: str, *, ledger: bool = True, check: Callable[..., Any] | None = None, declared: bool = False
) -> Callable[[F], F]:
    """Say what should be true when an async function ends: `@claim("no item is sold twice")`.

    The claim holds if the function returns nothing, `True` or the claim itself; anything else that it returns is its
    outcome in words, and refutes the claim. So does an exception, and a delivery that was lost unless `ledger=False`.
    With a `check`, the result is what `check` returns at the end. It takes what the function takes, and may be async.
    With `declared=True` you promise that your tasks share nothing but buses, asyncio's locks, SQLite databases and what
    you declare. Then the explorer counts schedules that differ only in the order of independent steps as one.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, Claim(sentence, ledger, check, declared))
        return function

    return mark


def claim_of(function: Callable[..., Any], otherwise: str) -> Claim:
    return getattr(function, _MARK, None) or Claim(otherwise)


def invariant(sentence: str, holds: Callable[[], object]) -> None:
    """Check after each step of the running program that `holds()` is true: `invariant("stock is never below 0", …)`."""
    loop: Any = asyncio.get_running_loop()
    if (check_after_each_step := getattr(loop, "check_after_each_step", None)) is not None:
        check_after_each_step(sentence, holds)
