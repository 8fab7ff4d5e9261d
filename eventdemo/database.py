"""One transaction at a time against SQLite in memory, or against any SQLAlchemy URL.

A query in memory runs where it is asked. One that goes to a file or a server runs in a thread, so that it never blocks
the event loop. `pause` is awaited before each query: the simulator gives queries the time that they take in real life.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

T = TypeVar("T")
IN_MEMORY = "sqlite://"


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

    def add_all(self, rows: Iterable[SQLModel]) -> None:
        """Store rows of any kind, at once and without a pause: for setting up."""
        with Session(self._engine) as session:
            session.add_all(list(rows))
            session.commit()

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
