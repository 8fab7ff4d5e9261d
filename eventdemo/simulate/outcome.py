"""How a program ended, in words: with its result, an exception, a deadlock, a broken invariant, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from linecache import getline
from pathlib import Path
from traceback import walk_tb
from typing import Any, Self, TypeVar

from eventdemo.simulate.deadlock import StuckError
from eventdemo.simulate.unsupported import UnsupportedCallError, own_places
from eventdemo.simulate.virtual_time import VirtualLoop
from eventdemo.trace.claim import InvariantError
from eventdemo.trace.naming import clipped, without_identities

Loop = TypeVar("Loop", bound=VirtualLoop)
MAX_MESSAGE_LENGTH = 300
"""Characters of an exception's message: a longer one is cut."""
BROKEN = (StuckError, InvariantError)
"""What the loop raises if the program cannot go on."""


class Outcome(str):
    """The outcome of a program that ended by itself, and whether it agrees with the program's claim."""

    __slots__ = ("kept",)
    kept: bool

    def __new__(cls, outcome: str, *, kept: bool) -> Self:
        made = super().__new__(cls, without_identities(outcome))
        made.kept = kept
        return made


class Failure(Outcome):
    """The outcome of a program that didn't end by itself."""

    __slots__ = ("error",)
    error: BaseException

    def __new__(cls, outcome: str, error: BaseException) -> Self:
        failure = super().__new__(cls, outcome, kept=False)
        failure.error = error
        return failure


def run_to_its_end(loop: Loop, program: Awaitable[Any], run: Callable[[Loop, Coroutine[Any, Any, Any]], Any]) -> Any:
    """Return the program's result, or how it failed: an exception, a deadlock, or a run without an end."""
    try:
        return run(loop, result_or_failure(program))
    except BROKEN as error:
        return failure_of(error)


async def result_or_failure(program: Awaitable[Any]) -> Any:
    try:
        return await program
    except UnsupportedCallError:
        raise
    except (Exception, asyncio.CancelledError, SystemExit) as error:  # noqa: BLE001 - it is an outcome
        if isinstance(error, BaseExceptionGroup) and (refused := error.subgroup(UnsupportedCallError)):
            raise refused.exceptions[0] from None
        return failure_of(error)


def failure_of(error: BaseException) -> Failure:
    if isinstance(error, StuckError):
        return Failure(f"{error.outcome}: {error.waiting}", error)
    return Failure(str(error) if isinstance(error, InvariantError) else f"raised {_in_words(error)}", error)


def _in_words(error: BaseException) -> str:
    """Return an exception's class and first line. A group is named by what it holds, in the order of the alphabet."""
    if isinstance(error, BaseExceptionGroup):
        held = dict.fromkeys(sorted(map(_in_words, _leaves(error))))
        return f"{', '.join(held)} (in an {type(error).__name__})"
    message = clipped(str(error).partition("\n")[0], MAX_MESSAGE_LENGTH)
    return ": ".join(filter(None, [type(error).__name__, message]))


def _leaves(error: BaseException) -> list[BaseException]:
    from eventdemo.backend.services.errors import leaf_exceptions  # here, because it brings httpx

    return leaf_exceptions(error)


def raised_at(error: BaseException | None) -> str:
    """Return the program's line that raised an exception: `shop.py:36: assert len(sold) == 1`."""
    if error is None or isinstance(error, BROKEN):
        return ""
    for path, line in own_places(walk_tb(_leaves(error)[0].__traceback__))[-1:]:
        return ": ".join(filter(None, [f"{Path(path).name}:{line}", getline(path, line).strip()]))
    return ""
