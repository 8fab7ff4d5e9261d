"""One transaction at a time against SQLite in memory, or against any SQLAlchemy URL.

A query in memory runs where it is asked. One that goes to a file or a server runs in a thread, so that it never blocks
the event loop. `pause` is awaited before each query: the simulator gives queries the time that they take in real life.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, delete, insert, make_url, select
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

T = TypeVar("T")
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
    """Runs pieces of work, each in a transaction of its own."""

    def __init__(self, url: str = IN_MEMORY, *, pause: Callable[[], Awaitable[None]] = no_pause) -> None:
        self._pause = pause
        self._in_thread = not is_in_memory(url)
        if self._in_thread:
            self.engine = create_engine(url)
        else:  # all of it lives in one connection
            self.engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        SQLModel.metadata.create_all(self.engine)
        # Kept open: taking it out of the pool and putting it back would cost half as much again as a query.
        self._kept = None if self._in_thread else self.engine.connect()

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction: committed when it returns, rolled back when it raises."""
        await self._pause()
        return await asyncio.to_thread(self._transact, work) if self._in_thread else self._transact(work)

    async def do_with_session(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction, with a session that knows rows as objects."""

        def transact(connection: Connection) -> T:
            with Session(connection, expire_on_commit=False) as session:
                result = work(session)
                session.commit()
                return result

        return await self.do(transact)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        if self._kept is None:
            with self.engine.begin() as connection:
                return work(connection)
        with self._kept.begin():
            return work(self._kept)

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
        """Hold what `image` was made of, and nothing else."""
        self._driver().deserialize(image)

    def _driver(self) -> Any:
        assert self._kept is not None, "only a database in memory is one connection's own"
        return self._kept.connection.driver_connection

    def close(self) -> None:
        """Close the connections."""
        if self._kept is not None:
            self._kept.close()
        self.engine.dispose()
