"""One transaction at a time against SQLite in memory or in a file, PostgreSQL, or MariaDB (MySQL was not tried).

A query in memory runs in the calling thread. One that goes to a file or a server runs in another thread, so that it
never blocks the event loop. Everywhere, a reader outside of a unit of work sees the last commit, and doesn't wait for
the unit. `pause` is awaited before each query, and `reply` after it: committed, but the result has not reached this
process. With these two the simulator gives queries the time that they take in real life.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, closing, suppress
from functools import cache
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, MetaData, create_engine, delete, insert, inspect, select
from sqlmodel import Session, SQLModel

from eventdemo.backend.storage.dialects import (
    IN_MEMORY,
    MAX_WAIT,
    TransactionConflictError,
    connect,
    continue_after_greatest_id,
    create_tables,
    in_one_connection,
    is_in_memory,
    set_up_connections,
)
from eventdemo.backend.storage.unit_of_work import TransferableLock, UnitOfWork, activate, current
from eventdemo.core.runner import wait_despite_cancellation

Pause = Callable[[], Awaitable[None]]
T = TypeVar("T")
P = ParamSpec("P")
Rows = Iterable[dict[str, Any]]
ROWS_AT_ONCE = 10_000
ATTEMPTS = 3
"""How many times a transaction is run if it conflicts with another one. A unit of work raises the error instead."""


async def no_pause() -> None:
    """Let a query begin at once."""


class Database:
    """Runs pieces of work, each in a transaction of its own, or in that of the unit of work that it belongs to.

    A process runs one writing transaction at a time. A unit may hold its transaction while it waits, and threads that
    block on its locks could be the very ones that it needs in order to go on. If that transaction finds the database
    locked or out of reach, those that wait for their turn fail with it, instead of waiting as long one after another.
    """

    def __init__(
        self,
        url: str = IN_MEMORY,
        *,
        pause: Pause = no_pause,
        reply: Pause = no_pause,
        tables: MetaData | None = SQLModel.metadata,
    ) -> None:
        self._pause = pause
        self._reply = reply
        self._connection: Connection | None = None
        if is_in_memory(url):
            self.engine, self.last_commit = in_one_connection(), in_one_connection()
            # Kept open: taking it out of the pool and putting it back would cost half as much again as a query.
            self._connection = self.engine.connect()
        else:
            self.engine = create_engine(url, pool_timeout=MAX_WAIT)
            set_up_connections(self.engine)
        self._created: list[MetaData] = []
        if tables is not None and tables.tables and self._connection is not None:
            self.restore(_with_empty_tables(tables, *tables.tables))
            self._created.append(tables)
        elif tables is not None:  # None leaves a database of your own as it is
            self.create_tables(tables)
        self._lock = TransferableLock()
        self.active_unit: UnitOfWork | None = None
        """The unit that has changed something and is not committed."""
        self._before_unit: bytes | None = None
        """The contents before the active unit, until `last_commit` has them."""

    def create_tables(self, tables: MetaData) -> None:
        if tables not in self._created:  # to look takes a connection, and in memory there is only one
            create_tables(self.engine, tables)
            self._created.append(tables)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction: committed when it returns, rolled back when it raises.

        Inside a unit it is a part of the unit's transaction, and committed with it.
        """
        await self._pause()
        if (unit := current()) is not None and unit.owns(self):
            result = await self._run_in_unit(unit, work)
        else:
            async with self._lock:
                result = await self._run(self.transact, work)
        await self._reply()
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which changes nothing. Inside a unit it sees the unit's changes."""
        await self._pause()
        if (unit := current()) is not None and unit.owns(self) and unit.connection is not None:
            result = await self._run_in_unit(unit, work)
        elif self._connection is None:
            result = await asyncio.to_thread(self.transact, work)
        elif not self._connection.in_transaction():
            result = self.transact(work)
        else:
            result = self._read_last_commit(work)
        await self._reply()
        return result

    def _read_last_commit(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in memory while the one connection is in the middle of a unit."""
        with self.last_commit.connect() as connection:
            if self._before_unit is not None:
                _driver(connection).deserialize(self._before_unit)
                self._before_unit = None
            return work(connection)

    async def write_with_session(self, work: Callable[[Session], T]) -> T:
        """Like `write`, with a session that maps rows to objects."""
        return await self.write(_in_session(work))

    async def read_with_session(self, work: Callable[[Session], T]) -> T:
        """Like `read`, with a session that maps rows to objects."""
        return await self.read(_in_session(work))

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction without awaiting anything: for scripts, and for setting up.

        If it conflicts with other transactions, run it again, up to `ATTEMPTS` times.
        """
        if self._connection is not None:
            with self._connection.begin():
                return work(self._connection)
        for _ in range(ATTEMPTS - 1):
            with suppress(TransactionConflictError), connect(self.engine) as connection, connection.begin():
                return work(connection)
        with connect(self.engine) as connection, connection.begin():
            return work(connection)

    @asynccontextmanager
    async def unit(self, *, joins: bool = True) -> AsyncIterator[UnitOfWork]:
        """Commit all changes made inside the block in one transaction at its end; roll them back if it raises.

        A unit inside a unit is a part of it. With `joins=False` only what is passed to `before_commit` is in its
        transaction. Do not wait for other tasks inside the block: from its first change on, their changes are blocked.
        """
        if joins and (outer := current()) is not None and outer.owns(self):
            yield outer
            return
        unit = UnitOfWork(self, joins=joins)
        committed = False
        try:
            with activate(unit):
                yield unit
            await self._commit(unit)
            committed = True
        finally:
            unit.open = False
            await self._release(unit)
            unit.end(committed=committed)

    async def _run_in_unit(self, unit: UnitOfWork, work: Callable[[Connection], T]) -> T:
        if unit.connection is None:
            await self._lock.__aenter__()
            self.active_unit = unit
            await self._run(self._begin, unit)
        return await self._run(_run_in_savepoint, unit, work)

    async def _commit(self, unit: UnitOfWork) -> None:
        unit.open = False
        if unit.is_empty:
            return
        await self._pause()
        if unit.connection is not None:
            await self._run(_finish, unit)
        else:
            async with self._lock:
                await self._run(self.transact, unit.run_before_commit)
        await self._reply()

    async def _release(self, unit: UnitOfWork) -> None:
        """Roll back what was not committed, and release the lock."""
        if self.active_unit is unit:
            try:
                await self._run(self._roll_back, unit)
            finally:
                self.active_unit = None
                self._lock.release()

    def rollback_abandoned(self) -> None:
        """Roll back the active unit, because the process that it belonged to is dead."""
        if (unit := self.active_unit) is not None:
            unit.open = False
            self._roll_back(unit)
            self.active_unit = None
            self._lock.release()
            unit.end(committed=False)

    def _roll_back(self, unit: UnitOfWork) -> None:
        if unit.connection is not None:
            unit.connection.rollback()
            if self._connection is None:
                unit.connection.close()

    def _begin(self, unit: UnitOfWork) -> None:
        if self._connection is None:
            unit.connection = connect(self.engine)
        else:
            self._before_unit = self.snapshot()
            unit.connection = self._connection
        unit.connection.begin()
        if self.engine.dialect.name == "sqlite":  # its driver would begin later: reads and savepoints need it now
            unit.connection.exec_driver_sql("BEGIN IMMEDIATE")

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function here or in a thread; wait for the thread even if this task is cancelled."""
        if self._connection is not None:
            return function(*args, **kwargs)
        running = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
        try:
            with self._lock.failing():
                return await asyncio.shield(running)
        finally:
            await wait_despite_cancellation([running])  # cancelled, but two threads must not use one connection
            if not running.cancelled():
                running.exception()  # if this was cancelled, nothing else asks for it, and asyncio would log it

    def load(self, *contents: tuple[type[SQLModel], Rows]) -> None:
        """Replace the contents of tables by these rows, in one transaction and without a pause: for setting up."""
        with self.engine.begin() as connection:
            for table, rows in contents:
                connection.execute(delete(table))
                remaining = iter(rows)
                while chunk := list(islice(remaining, ROWS_AT_ONCE)):
                    connection.execute(insert(table), chunk)
                continue_after_greatest_id(connection, inspect(table).local_table)

    def has_rows(self, table: type[SQLModel]) -> bool:
        with self.engine.connect() as connection:
            return connection.execute(select(table).limit(1)).first() is not None

    def snapshot(self) -> bytes:
        """Return a copy of a database in memory; `restore` puts it back, in a few microseconds."""
        return bytes(_driver(self._connection).serialize())

    def restore(self, snapshot: bytes) -> None:
        """Replace the contents by a snapshot; tables that are not in it have to be created again."""
        self._created.clear()
        _driver(self._connection).deserialize(snapshot)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self.last_commit.dispose()
        self.engine.dispose()


@cache
def _with_empty_tables(tables: MetaData, *_: str) -> bytes:
    """Return the contents of a new database in memory; a copy of them is quicker than creating the tables."""
    with closing(Database(tables=None)) as database:
        database.create_tables(tables)
        return database.snapshot()


def _driver(connection: Connection | None) -> Any:
    assert connection is not None, "only a database in memory has a single connection"
    return connection.connection.driver_connection


def _in_session(work: Callable[[Session], T]) -> Callable[[Connection], T]:
    def in_session(connection: Connection) -> T:
        with Session(connection, expire_on_commit=False) as session, session.begin():
            return work(session)

    return in_session


def _run_in_savepoint(unit: UnitOfWork, work: Callable[[Connection], T]) -> T:
    """Run one piece of a unit; if it raises, only that piece is undone, and the unit may go on."""
    assert unit.connection is not None
    with unit.connection.begin_nested():
        return work(unit.connection)


def _finish(unit: UnitOfWork) -> None:
    assert unit.connection is not None
    unit.run_before_commit(unit.connection)
    unit.connection.commit()
