"""One transaction at a time against SQLite in memory, or against any SQLAlchemy URL.

A query in memory runs where it is asked. One that goes to a file or a server runs in a thread, so that it never blocks
the event loop. `pause` is awaited before each query: the simulator gives queries the time that they take in real life.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

T = TypeVar("T")
IN_MEMORY = "sqlite://"
ROWS_AT_ONCE = 10_000


async def no_pause() -> None:
    """Let a query begin at once."""


class Database:
    """Runs pieces of work, each in a transaction of its own."""

    def __init__(self, url: str = IN_MEMORY, *, pause: Callable[[], Awaitable[None]] = no_pause) -> None:
        self._pause = pause
        self._in_thread = url != IN_MEMORY
        if self._in_thread:
            self._engine = create_engine(url)
        else:  # all of it lives in one connection
            self._engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        SQLModel.metadata.create_all(self._engine)

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
        with self._engine.begin() as connection:
            return work(connection)

    def fill(self, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
        """Store any number of rows, at once and without a pause: for setting up."""
        with self._engine.begin() as connection:
            waiting = iter(rows)
            while chunk := list(islice(waiting, ROWS_AT_ONCE)):
                connection.execute(insert(table), chunk)

    def holds(self, table: type[SQLModel]) -> bool:
        """Tell whether a table has a row."""
        with self._engine.connect() as connection:
            return connection.execute(select(table).limit(1)).first() is not None

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
