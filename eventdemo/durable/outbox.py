"""The outbox: accepted jobs that are not finished, in the same database as the changes that caused them.

Jobs are inserted in the transaction of the change. After the commit, a worker or a relay leases them for a limited
time, so that a job is available again if its holder is killed. Nothing in this module calls a listener.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Delete, Row, Update
from sqlalchemy.exc import SQLAlchemyError

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.unit_of_work import Work
from eventdemo.core import clock
from eventdemo.durable import outbox_table as table
from eventdemo.durable.jobs import DeadLetter, Job

log = logging.getLogger(__name__)
TAKEN = "its lease had expired, and another worker had taken the job."


@dataclass(frozen=True, slots=True)
class JobLease:
    """A job that is invisible to other workers for a while."""

    job: Job
    token: str
    """Proves ownership: without it, a worker whose lease has expired could complete the new holder's job."""
    attempts: int
    """Earlier attempts that failed."""
    expired: int
    """Earlier leases that expired because their worker died or was too slow."""


class Outbox:
    """Waiting jobs, their leases, and dead letters."""

    def __init__(self, database: Database) -> None:
        database.create_tables(table.TABLES)
        self.database = database
        self.arrived = asyncio.Event()
        """Set when this process has inserted jobs. Jobs of other processes are found by polling."""

    async def wait_for_arrival(self, timeout: float) -> None:  # noqa: ASYNC109 - without an error
        with suppress(TimeoutError):  # not wait_for, which can lose a cancellation before Python 3.12
            async with asyncio.timeout(timeout):
                await self.arrived.wait()

    def writer(self, jobs: Sequence[Job]) -> Work:
        """Return a step that inserts the jobs that are not stored yet, to be run in a transaction."""
        rows = [job.model_dump() | {"due": clock.now()} for job in jobs]

        def write(connection: Connection) -> None:
            if rows:
                connection.execute(table.insert_new(connection.dialect.name), rows)

        return write

    async def lease(self, free_slots: Mapping[str, int], seconds: float) -> list[JobLease]:
        """Lease due jobs, the oldest first, at most as many of each listener as it has free slots."""
        now = clock.now()
        token, until = clock.new_id(), now + timedelta(seconds=seconds)

        def take(connection: Connection) -> list[JobLease]:
            due = set(connection.execute(table.LISTENERS_WITH_DUE, {"now": now}).scalars())  # mostly empty
            chosen: list[int] = []
            for listener, limit in free_slots.items():
                if listener in due:
                    parameters = {"listener": listener, "now": now, "limit": limit}
                    chosen += connection.execute(table.DUE, parameters).scalars()
            if not chosen:
                return []
            connection.execute(table.LEASE, {"chosen": chosen, "now": now, "token": token, "until": until})
            rows = connection.execute(table.LEASED, {"token": token})
            return [JobLease(_job(row), token, row.attempts, row.expired_leases) for row in rows]

        return await self.database.write(take) if free_slots else []

    async def renew(self, leases: Sequence[JobLease], seconds: float) -> list[JobLease]:
        """Extend these leases; return those that are lost, because they expired and another worker took the job."""
        return await self._change(table.RENEW, leases, until=clock.now() + timedelta(seconds=seconds))

    async def release(self, leases: Sequence[JobLease]) -> None:
        """Make these jobs available at once; if that fails, they are available when their leases expire."""
        try:
            await self._change(table.RELEASE, leases)
        except SQLAlchemyError as error:
            log.warning("Unfinished jobs could not be released, and wait until their leases expire: %s", error)

    async def complete(self, leases: Sequence[JobLease]) -> None:
        """Delete these jobs, except those whose lease is lost."""
        for lease in await self._change(table.DELETE, leases):
            log.warning("%s was completed too late: %s", lease.job, TAKEN)

    async def retry_later(self, lease: JobLease, reason: str, delay: float) -> bool:
        """Count a failed attempt and make the job due again after a delay; return False if the lease is lost."""
        return await self._fail(table.RETRY_LATER, lease, reason, new_due=clock.now() + timedelta(seconds=delay))

    async def dead_letter(self, lease: JobLease, reason: str) -> bool:
        """Stop retrying the job; return False if the lease is lost."""
        return await self._fail(table.DEAD_LETTER, lease, reason)

    async def _fail(self, statement: Update, lease: JobLease, reason: str, **values: object) -> bool:
        lost = await self._change(statement, [lease], new_reason=reason, **values)
        if lost:
            log.warning("%s failed too late: %s The error was: %s", lease.job, TAKEN, reason)
        return not lost

    async def _change(self, statement: Update | Delete, leases: Sequence[JobLease], **values: object) -> list[JobLease]:
        """Change the jobs that these leases still hold; return the leases that are lost."""
        held = {"ids": [lease.job.id for lease in leases], "tokens": list({lease.token for lease in leases})}

        def change(connection: Connection) -> list[JobLease]:
            kept = set(map(tuple, connection.execute(table.HELD, held))) if len(leases) > 1 else set()
            if connection.execute(statement, held | values).rowcount == len(leases):
                return []
            return [lease for lease in leases if (lease.job.id, lease.token) not in kept]

        return await self.database.write(change) if leases else []

    async def waiting(self) -> int:
        return await self.database.read(lambda c: c.execute(table.WAITING).scalar_one())

    async def orphans(self, listeners: Iterable[str]) -> dict[str, int]:
        """Return how many jobs wait for listeners that are not among these, for example after one was renamed."""
        known = list(listeners)
        rows = await self.database.read(lambda c: c.execute(table.ORPHANS, {"known": known}).all())
        return {row[0]: row[1] for row in rows}

    async def next_due(self, listeners: Iterable[str]) -> datetime | None:
        """Return when the next job of these listeners is due or its lease expires; None if no job waits."""
        parameters = {"listeners": list(listeners)}
        return await self.database.read(lambda c: c.execute(table.NEXT_DUE, parameters).scalar())

    async def dead_letters(self) -> list[DeadLetter]:
        rows = await self.database.read(lambda c: c.execute(table.DEAD_LETTERS).all())
        return [DeadLetter(job=_job(row), attempts=row.attempts, reason=row.reason) for row in rows]

    async def retry(self, ids: Iterable[str]) -> int:
        """Make these dead letters due again, with all their attempts; return how many were found."""
        chosen = {"ids": list(ids), "now": clock.now()}
        found = await self.database.write(lambda c: c.execute(table.RETRY, chosen).rowcount)
        self.arrived.set()
        return found


def _job(row: Row[Any]) -> Job:
    return Job.model_construct(**{field: getattr(row, field) for field in Job.model_fields})
