"""Where time and identity come from: the system's clock and a random UUID, unless a simulation installs a clock.

Waiting is not here: it goes through asyncio, whose loop has a clock of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4


class Clock:
    """Says when an event happened and which one it is. This is the system's clock; a simulation overrides both."""

    def now(self) -> datetime:
        """Return the present moment, with its time zone."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """Return an identifier that no other event has."""
        return uuid4().hex


_current: ContextVar[Clock] = ContextVar("eventdemo_clock", default=Clock())  # noqa: B039 - it has no state


def now() -> datetime:
    return _current.get().now()


def new_id() -> str:
    return _current.get().new_id()


@contextmanager
def use(clock: Clock) -> Iterator[None]:
    """Let `clock` be the clock of everything called inside the `with` block, and of the tasks it starts."""
    token = _current.set(clock)
    try:
        yield
    finally:
        _current.reset(token)
