"""A unit of work: what one entry point changes and what it announces, committed together or not at all.

`Database.unit()` opens one, and the changes made inside join it. Whoever has something to write with them, an outbox
for example, adds it to the unit that is `current()`; it is written last, in the same transaction.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection

Work = Callable[[Connection], Any]
After = Callable[[bool], None]


class Turn:
    """At most one at a time has it. Unlike a lock's, it can be taken away from somebody who is dead."""

    def __init__(self) -> None:
        self._over: asyncio.Event | None = None

    async def __aenter__(self) -> None:
        while self._over is not None:
            await self._over.wait()
        self._over = asyncio.Event()

    async def __aexit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let the next one have it."""
        over, self._over = self._over, None
        if over is not None:
            over.set()


class Unit:
    """One transaction in the making.

    It begins with the first change that joins it; until then nothing is locked. Only changes of the task that opened
    it join, because a transaction is one sequence of statements; those of other tasks are transactions of their own.
    """

    def __init__(self, database: object, *, joins: bool) -> None:
        self.database = database
        self.open = True
        self.connection: Connection | None = None
        self.task = asyncio.current_task()
        self._joins = joins
        self._last: list[Work] = []
        self._after: list[After] = []

    def add(self, work: Work, after: After | None = None) -> None:
        """Have `work` done right before the commit, in the same transaction; tell `after` whether it was committed."""
        self._last.append(work)
        if after is not None:
            self._after.append(after)

    def takes(self, database: object) -> bool:
        """Tell whether a change that the running task makes to `database` now belongs to this unit."""
        return self.open and self._joins and self.database is database and asyncio.current_task() is self.task

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return self.connection is None and not self._last

    def finish(self, connection: Connection) -> None:
        """Write what was added."""
        for work in self._last:
            work(connection)

    def ended(self, *, committed: bool) -> None:
        """Tell whoever wanted to know."""
        for after in self._after:
            after(committed)


_current: ContextVar[Unit | None] = ContextVar("eventdemo_unit", default=None)


def current() -> Unit | None:
    """Return the unit in which the running code is, or None; a unit that is being committed takes nothing any more."""
    unit = _current.get()
    return unit if unit is not None and unit.open else None


@contextmanager
def entered(unit: Unit) -> Iterator[None]:
    """Let `unit` be the current one inside the block, also for the tasks that are started there."""
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)
