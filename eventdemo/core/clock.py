"""Where time and identity come from.

An event stamps itself with `now()` and `new_id()`. In production that is the system's clock and a
random UUID; a simulation installs a clock of its own for everything that runs in its context, and nothing else changes.
Waiting is not here: it goes through asyncio, whose loop has a clock of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4


class Clock(Protocol):
    """What an event needs in order to say when it happened and which one it is."""

    def now(self) -> datetime:
        """Return the present moment, with its time zone."""

    def new_id(self) -> str:
        """Return an identifier that no other event has."""


class SystemClock:
    """The wall clock in UTC, and random identifiers."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """Return a random UUID as 32 hexadecimal digits."""
        return uuid4().hex


_current: ContextVar[Clock] = ContextVar("eventdemo_clock", default=SystemClock())  # noqa: B039 - it has no state


def current() -> Clock:
    """Return the clock of this context."""
    return _current.get()


def now() -> datetime:
    """Return the present moment by the clock of this context."""
    return _current.get().now()


def new_id() -> str:
    """Return a new identifier by the clock of this context."""
    return _current.get().new_id()


@contextmanager
def use(clock: Clock) -> Iterator[None]:
    """Let `clock` be the clock of everything called inside the `with` block, and of the tasks it starts."""
    token = _current.set(clock)
    try:
        yield
    finally:
        _current.reset(token)
