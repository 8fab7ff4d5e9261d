"""Which jobs are done, by their keys: what makes a job that is delivered again after its end harmless.

The line is written in the same transaction as what the job's listener emitted. So a job that ends twice is written down
once, and what it led to is accepted once.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import Moment
from eventdemo.backend.storage.unit_of_work import Work
from eventdemo.core import clock
from eventdemo.durable.jobs import Job

TABLES = MetaData()
ROWS = Table(
    "handled",
    TABLES,
    Column("id", String, primary_key=True),
    Column("listener", String, nullable=False),
    Column("done", Moment, nullable=False),
    Column("repeats", Integer, nullable=False, default=0),
)


class DoneBeforeError(Exception):
    """Somebody else has done this job in the meantime."""


class Handled:
    """The jobs that are done."""

    def __init__(self, database: Database) -> None:
        database.make(TABLES)
        self._database = database

    async def again(self, job: Job) -> bool:
        """Tell whether a job that is delivered was done before; if so, count that it came again."""
        known = select(ROWS.c.id).where(ROWS.c.id == job.id)
        if await self._database.ask(lambda c: c.execute(known).scalar()) is None:
            return False
        once_more = update(ROWS).where(ROWS.c.id == job.id).values(repeats=ROWS.c.repeats + 1)
        await self._database.do(lambda c: c.execute(once_more))
        return True

    def marking(self, job: Job) -> Work:
        """Return what writes down that a job is done; it raises `DoneBeforeError` if that is written already."""
        row = {"id": job.id, "listener": job.listener, "done": clock.current().now()}

        def mark(connection: Connection) -> None:
            try:
                connection.execute(insert(ROWS), row)
            except IntegrityError as error:
                raise DoneBeforeError(job.id) from error

        return mark

    async def among(self, ids: Iterable[str]) -> set[str]:
        """Return which of these jobs are done."""
        query = select(ROWS.c.id).where(ROWS.c.id.in_(list(ids)))
        return set(await self._database.ask(lambda c: c.execute(query).scalars().all()))

    async def forget(self, kept: timedelta) -> int:
        """Drop the keys of jobs that ended longer ago; return how many those were."""
        old = delete(ROWS).where(ROWS.c.done < clock.current().now() - kept)
        return await self._database.do(lambda c: c.execute(old).rowcount)

    async def count(self) -> int:
        """Return how many jobs are done."""
        return await self._database.ask(lambda c: c.execute(select(func.count()).select_from(ROWS)).scalar_one())

    async def repeats(self) -> int:
        """Return how many deliveries came after the end of their job, and were harmless."""
        total = select(func.coalesce(func.sum(ROWS.c.repeats), 0))
        return await self._database.ask(lambda c: c.execute(total).scalar_one())
