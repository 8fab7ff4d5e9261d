"""A unit of work: what one entry point changes and what it announces, committed together or not at all.

`Database.unit()` opens one, and the changes made inside join it. To write something else in the same transaction, as an
outbox does, pass it to `before_commit` of the unit that is `current()`.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from eventdemo.backend.storage.dialects import DatabaseUnavailableError

Work = Callable[[Connection], Any]
AfterEnd = Callable[[bool | None], None]
"""Gets whether the transaction was committed; None if its owner does not report that."""


@dataclass(slots=True, eq=False)
class CommitStep:
    """Work for the commit, and the savepoint that it belongs to, if any."""

    work: Work
    after_end: AfterEnd
    savepoint: object


class Turn(asyncio.Event):
    """Set when its holder has released the lock."""

    error: DatabaseUnavailableError | None = None
    """Why those that wait for it would fail too."""


class TransferableLock:
    """A mutex that can be released for a holder that is dead, and can raise an error in each task that waits for it."""

    def __init__(self) -> None:
        self._turn: Turn | None = None

    async def __aenter__(self) -> None:
        while (turn := self._turn) is not None:
            await turn.wait()
            if turn.error is not None:
                raise DatabaseUnavailableError(str(turn.error), turn.error, for_all=True)
        self._turn = Turn()

    async def __aexit__(self, *_: object) -> None:
        self.release()

    @contextmanager
    def failing(self) -> Iterator[None]:
        """If the block raises an error that the tasks that wait for the lock would get too, raise it in them now."""
        try:
            yield
        except DatabaseUnavailableError as error:
            if self._turn is not None and error.for_all:
                self._turn.error = error
            raise

    def release(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.set()


class UnitOfWork:
    """One transaction in the making.

    It begins with the first change that joins it; until then nothing is locked. Only changes of the task that opened
    it join, because a transaction is one sequence of statements; those of other tasks are transactions of their own.
    """

    def __init__(self, database: object, *, joins: bool) -> None:
        self.database = database
        self.open = True
        self.connection: Connection | None = None
        self.task = asyncio.current_task() if joins else None
        self._joins = joins
        self._steps: list[CommitStep] = []

    def before_commit(self, work: Work, after_end: AfterEnd = lambda _: None) -> None:
        """Run `work` right before the commit, in the same transaction; then call `after_end(committed)`."""
        self._steps.append(CommitStep(work, after_end, self.savepoint()))

    def savepoint(self) -> object:
        """Return the innermost savepoint whose rollback undoes what is emitted now; None if there is none."""
        return None

    def owns(self, database: object) -> bool:
        """Return whether a change that the running task makes to `database` now belongs to this unit."""
        return self.open and self._joins and self.database is database and asyncio.current_task() is self.task

    @property
    def is_empty(self) -> bool:
        return self.connection is None and not self._steps

    def run_before_commit(self, connection: Connection) -> None:
        for step in self._steps:
            step.work(connection)

    def end(self, *, committed: bool) -> None:
        ended, self._steps = self._steps, []
        for step in ended:
            step.after_end(committed)


_current: ContextVar[UnitOfWork | None] = ContextVar("eventdemo_unit_of_work", default=None)


def current() -> UnitOfWork | None:
    """Return the unit that the running code is in, or None; a unit that is being committed accepts no more work."""
    unit = _current.get()
    return unit if unit is not None and unit.open else None


@contextmanager
def activate(unit: UnitOfWork) -> Iterator[None]:
    """Make `unit` the current one inside the block, and in the tasks that are started there."""
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)
