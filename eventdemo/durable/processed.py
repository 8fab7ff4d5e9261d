"""The inbox: the keys of processed jobs, which make a redelivery harmless.

A key is written in the same transaction as the events that the job's listener emitted. So a job that is processed twice
is recorded once, and its events are accepted once.
"""

from datetime import timedelta

from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import AutoString

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import UtcDateTime
from eventdemo.backend.storage.unit_of_work import Work
from eventdemo.core import clock
from eventdemo.durable.jobs import Job

TABLES = MetaData()
ROWS = Table(
    "processed_jobs",
    TABLES,
    Column("id", AutoString, primary_key=True),
    Column("listener", AutoString, nullable=False),
    Column("processed_at", UtcDateTime, nullable=False),
    Column("redeliveries", Integer, nullable=False, default=0),
)


class AlreadyProcessedError(Exception):
    """Another worker has processed this job in the meantime."""


class ProcessedJobs:
    """The jobs that have been processed, by id."""

    def __init__(self, database: Database) -> None:
        database.create_tables(TABLES)
        self._database = database

    async def is_processed(self, job: Job) -> bool:
        known = select(ROWS.c.id).where(ROWS.c.id == job.id)
        return await self._database.read(lambda c: c.execute(known).scalar()) is not None

    async def count_redelivery(self, job: Job) -> None:
        counted = update(ROWS).where(ROWS.c.id == job.id).values(redeliveries=ROWS.c.redeliveries + 1)
        await self._database.write(lambda c: c.execute(counted))

    def writer(self, job: Job) -> Work:
        """Return a step that records a job as processed; it raises `AlreadyProcessedError` if that has happened."""
        row = {"id": job.id, "listener": job.listener, "processed_at": clock.now()}

        def write(connection: Connection) -> None:
            try:
                connection.execute(insert(ROWS), row)
            except IntegrityError as error:
                raise AlreadyProcessedError(job.id) from error

        return write

    async def forget(self, kept: timedelta) -> int:
        """Delete the keys of jobs that were processed longer ago than `kept`; return how many."""
        old = delete(ROWS).where(ROWS.c.processed_at < clock.now() - kept)
        return await self._database.write(lambda c: c.execute(old).rowcount)

    async def count(self) -> int:
        return await self._database.read(lambda c: c.execute(select(func.count()).select_from(ROWS)).scalar_one())

    async def redeliveries(self) -> int:
        total = select(func.coalesce(func.sum(ROWS.c.redeliveries), 0))
        return await self._database.read(lambda c: c.execute(total).scalar_one())
