"""One transaction at a time against SQLite in memory, or against any SQLAlchemy URL.

A query in memory runs where it is asked. One that goes to a file or a server runs in a thread, so that it never blocks
the event loop. `pause` is awaited before each query, and `reply` after it, when it is done and nobody here knows yet:
the simulator gives queries the time that they take in real life.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, MetaData, create_engine, delete, insert, make_url, select
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from eventdemo.backend.storage.unit_of_work import Turn, Unit, current, entered

Pause = Callable[[], Awaitable[None]]
T = TypeVar("T")
P = ParamSpec("P")
Rows = Iterable[dict[str, Any]]
IN_MEMORY = "sqlite://"
ROWS_AT_ONCE = 10_000


async def no_pause() -> None:
    """Let a query begin at once."""


def is_in_memory(url: str) -> bool:
    """Tell whether a URL names SQLite's database in memory: it has several spellings."""
    parts = make_url(url)
    return parts.get_backend_name() == "sqlite" and (parts.database or ":memory:") == ":memory:"


class Database:
    """Runs pieces of work, each in a transaction of its own, or in that of the unit that it belongs to.

    Of those that change something, one process runs one at a time: a unit may hold its transaction while it waits, and
    threads that waited for its locks could be the very ones that it needs in order to go on.
    """

    def __init__(self, url: str = IN_MEMORY, *, pause: Pause = no_pause, reply: Pause = no_pause) -> None:
        self._pause = pause
        self._reply = reply
        self._in_thread = not is_in_memory(url)
        if self._in_thread:
            self.engine = create_engine(url)
            if self.engine.dialect.name == "sqlite":
                listen(self.engine, "connect", _write_ahead)
        else:  # all of it lives in one connection
            self.engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        self._made: list[MetaData] = []
        self.make(SQLModel.metadata)
        # Kept open: taking it out of the pool and putting it back would cost half as much again as a query.
        self._kept = None if self._in_thread else self.engine.connect()
        self._turn = Turn()
        self.under_way: Unit | None = None
        """The unit that has changed something and is not committed."""

    def make(self, tables: MetaData) -> None:
        """Make the tables that are not there yet."""
        if tables not in self._made:  # looking would take a connection, and in memory there is but one
            tables.create_all(self.engine)
            self._made.append(tables)

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction: committed when it returns, rolled back when it raises.

        Inside a unit it is a part of the unit's transaction, and committed with it.
        """
        await self._pause()
        if (unit := current()) is not None and unit.takes(self):
            result = await self._in_unit(unit, work)
        else:
            async with self._turn:
                result = await self._called(self._transact, work)
        await self._reply()
        return result

    def do_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction where no loop is running: in a script, while setting up."""
        return self._transact(work)

    async def ask(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which changes nothing. Inside a unit it sees the unit's changes."""
        await self._pause()
        if (unit := current()) is not None and unit.takes(self) and unit.connection is not None:
            result = await self._in_unit(unit, work)
        elif self._in_thread:
            result = await asyncio.to_thread(self._transact, work)
        else:
            async with self._turn:  # the one connection may be in the middle of a unit
                result = self._transact(work)
        await self._reply()
        return result

    async def do_with_session(self, work: Callable[[Session], T]) -> T:
        """Do `work` with a session that knows rows as objects."""
        return await self.do(_in_session(work))

    async def ask_with_session(self, work: Callable[[Session], T]) -> T:
        """Ask with a session that knows rows as objects."""
        return await self.ask(_in_session(work))

    @asynccontextmanager
    async def unit(self, *, joins: bool = True) -> AsyncIterator[Unit]:
        """Commit what is changed inside the block in one transaction at its end; what raises leaves no change.

        A unit inside a unit is a part of it. With `joins=False` only what is added to the unit is in its transaction.
        Wait for nobody else inside: other changes of this process stand behind the first one that is made here.
        """
        if joins and (outer := current()) is not None and outer.takes(self):
            yield outer
            return
        unit = Unit(self, joins=joins)
        committed = False
        try:
            with entered(unit):
                yield unit
            await self._commit(unit)
            committed = True
        finally:
            unit.open = False
            await self._let_go(unit)
            unit.ended(committed=committed)

    async def _in_unit(self, unit: Unit, work: Callable[[Connection], T]) -> T:
        if unit.connection is None:
            await self._turn.__aenter__()
            self.under_way = unit
            await self._called(self._begin, unit)
        return await self._called(_step, unit, work)

    async def _commit(self, unit: Unit) -> None:
        unit.open = False
        if unit.is_empty:
            return
        await self._pause()
        if unit.connection is not None:
            await self._called(_finish, unit)
        else:
            async with self._turn:
                await self._called(self._transact, unit.finish)
        await self._reply()

    async def _let_go(self, unit: Unit) -> None:
        """Roll back what was not committed, and let the next one have its turn."""
        if self.under_way is unit:
            try:
                await self._called(self._roll_back, unit)
            finally:
                self.under_way = None
                self._turn.end()

    def abandon(self) -> None:
        """Roll back the unit that is under way, because the process that it belonged to is dead."""
        if (unit := self.under_way) is not None:
            unit.open = False
            self._roll_back(unit)
            self.under_way = None
            self._turn.end()
            unit.ended(committed=False)

    def _roll_back(self, unit: Unit) -> None:
        if unit.connection is not None:
            unit.connection.rollback()
            if self._kept is None:
                unit.connection.close()

    def _begin(self, unit: Unit) -> None:
        unit.connection = self.engine.connect() if self._kept is None else self._kept
        unit.connection.begin()
        if self.engine.dialect.name == "sqlite":  # its driver would begin later: reads and savepoints need it now
            unit.connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _transact(self, work: Callable[[Connection], T]) -> T:
        if self._kept is None:
            with self.engine.begin() as connection:
                return work(connection)
        with self._kept.begin():
            return work(self._kept)

    async def _called(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call where this database is called: here, or in a thread, which is waited for even by who is cancelled."""
        if not self._in_thread:
            return function(*args, **kwargs)
        running = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
        try:
            return await asyncio.shield(running)
        finally:
            while not running.done():  # cancelled: but a connection must not be used by two
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])

    def fill(self, *contents: tuple[type[SQLModel], Rows]) -> None:
        """Let tables hold these rows and no others, in one transaction and without a pause: for setting up."""
        with self.engine.begin() as connection:
            for table, rows in contents:
                connection.execute(delete(table))
                waiting = iter(rows)
                while chunk := list(islice(waiting, ROWS_AT_ONCE)):
                    connection.execute(insert(table), chunk)

    def holds(self, table: type[SQLModel]) -> bool:
        """Tell whether a table has a row."""
        with self.engine.connect() as connection:
            return connection.execute(select(table).limit(1)).first() is not None

    def image(self) -> bytes:
        """Return all that a database in memory holds; `restore` puts it back, in a few microseconds."""
        return bytes(self._driver().serialize())

    def restore(self, image: bytes) -> None:
        """Hold what `image` was made of, and nothing else; other tables have to be made again."""
        self._made.clear()
        self._driver().deserialize(image)

    def _driver(self) -> Any:
        assert self._kept is not None, "only a database in memory is one connection's own"
        return self._kept.connection.driver_connection

    def close(self) -> None:
        """Close the connections."""
        if self._kept is not None:
            self._kept.close()
        self.engine.dispose()


def _write_ahead(connection: Any, _: object) -> None:
    """Have SQLite keep a log of what is written: readers and writers then wait less, and a commit is on disk sooner."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit that returned survives a power cut too


def _in_session(work: Callable[[Session], T]) -> Callable[[Connection], T]:
    def in_session(connection: Connection) -> T:
        with Session(connection, expire_on_commit=False) as session:
            result = work(session)
            session.commit()
            return result

    return in_session


def _step(unit: Unit, work: Callable[[Connection], T]) -> T:
    """Run one piece of a unit; if it raises, it alone is undone, and the unit may go on."""
    assert unit.connection is not None
    with unit.connection.begin_nested():
        return work(unit.connection)


def _finish(unit: Unit) -> None:
    assert unit.connection is not None
    unit.finish(unit.connection)
    unit.connection.commit()
