"""The outbox: jobs that are accepted and not done yet, in the database whose changes they tell of.

Rows are written in the same transaction as the change. After the commit somebody claims them, for a limited time, so
that what a killed process held is claimed again. Nothing here runs a listener.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Delete, Row, Update

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.unit_of_work import Work
from eventdemo.core import clock
from eventdemo.durable import outbox_table as table
from eventdemo.durable.jobs import DeadLetter, Job


@dataclass(frozen=True, slots=True)
class JobLease:
    """A job that nobody else touches for a while."""

    job: Job
    token: str
    """Who holds it: without it, whoever was too slow could let go of what somebody else holds by now."""
    attempts: int
    """Attempts that failed before."""
    lost: int
    """Claims that ran out before: their worker died, or was too slow."""


class Outbox:
    """What waits, who holds it, and what was given up."""

    def __init__(self, database: Database) -> None:
        database.create_tables(table.TABLES)
        self.database = database
        self.arrived = asyncio.Event()
        """Set when this process has put something in. What other processes put in is found by looking."""

    def writer(self, jobs: Sequence[Job]) -> Work:
        """Return what writes jobs, to be done in somebody's transaction; what is there already is not written again."""
        now = clock.current().now()

        def write(connection: Connection) -> None:
            known = set(connection.execute(table.KNOWN, {"ids": [job.id for job in jobs]}).scalars())
            if rows := [job.model_dump() | {"due": now} for job in jobs if job.id not in known]:
                connection.execute(table.WRITE, rows)

        return write

    # Whoever claims a job has it for a while

    async def lease(self, free_slots: Mapping[str, int], seconds: float) -> list[JobLease]:
        """Take due jobs for some time, the oldest first, at most so many of each listener."""
        now = clock.current().now()
        token, until = clock.current().new_id(), now + timedelta(seconds=seconds)

        def take(connection: Connection) -> list[JobLease]:
            due = set(connection.execute(table.LISTENERS_WITH_DUE, {"now": now}).scalars())  # mostly none
            chosen: list[int] = []
            for listener, most in free_slots.items():
                if listener in due:
                    chosen += connection.execute(table.DUE, {"of": listener, "now": now, "most": most}).scalars()
            if not chosen:
                return []
            connection.execute(table.TAKE, {"chosen": chosen, "now": now, "token": token, "until": until})
            rows = connection.execute(table.TAKEN, {"token": token})
            return [JobLease(_job(row), token, row.attempts, row.lost) for row in rows]

        return await self.database.write(take) if free_slots else []

    async def renew(self, leases: Sequence[JobLease], seconds: float) -> None:
        """Hold for longer what is still held."""
        await self._change(table.RENEW, leases, until=clock.current().now() + timedelta(seconds=seconds))

    async def release(self, leases: Sequence[JobLease]) -> None:
        """Let others claim these at once."""
        await self._change(table.GIVE_BACK, leases)

    async def done(self, leases: Sequence[JobLease]) -> None:
        """Forget jobs, except those that somebody else holds by now."""
        await self._change(table.DONE, leases)

    async def failed(self, lease: JobLease, reason: str, delay: float) -> None:
        """Have a job tried again after `delay` seconds."""
        await self._change(table.FAILED, [lease], why=reason, again=clock.current().now() + timedelta(seconds=delay))

    async def dead_letter(self, lease: JobLease, reason: str) -> None:
        """Give a job up: it is a dead letter now."""
        await self._change(table.BURY, [lease], why=reason)

    async def _change(self, statement: Update | Delete, leases: Sequence[JobLease], **values: object) -> None:
        """Change rows as long as they are held by these claims."""
        held = {"ids": [lease.job.id for lease in leases], "tokens": list({lease.token for lease in leases})}
        await self.database.write(lambda c: c.execute(statement, held | values))

    # Looking at it

    async def waiting(self) -> int:
        """Return how many jobs are not done, those that were given up aside."""
        return await self.database.read(lambda c: c.execute(table.WAITING).scalar_one())

    async def orphans(self, listeners: Iterable[str]) -> dict[str, int]:
        """Return how many jobs wait for listeners that are not among these: renamed, or of another version."""
        known = list(listeners)
        rows = await self.database.read(lambda c: c.execute(table.ORPHANS, {"known": known}).all())
        return {row[0]: row[1] for row in rows}

    async def next_due(self, listeners: Iterable[str]) -> datetime | None:
        """Return when the next job of these listeners is due, or the next claim runs out; None if none waits."""
        asked = {"listeners": list(listeners)}
        return await self.database.read(lambda c: c.execute(table.NEXT, asked).scalar())

    async def dead_letters(self) -> list[DeadLetter]:
        """Return what was given up, the oldest first."""
        rows = await self.database.read(lambda c: c.execute(table.DEAD).all())
        return [DeadLetter(job=_job(row), attempts=row.attempts, reason=row.reason) for row in rows]

    async def retry(self, ids: Iterable[str]) -> int:
        """Let dead letters be tried again, with all their attempts; return how many there were."""
        chosen = {"ids": list(ids), "now": clock.current().now()}
        found = await self.database.write(lambda c: c.execute(table.RETRY, chosen).rowcount)
        self.arrived.set()
        return found


def _job(row: Row[Any]) -> Job:
    return Job.model_construct(**{field: getattr(row, field) for field in Job.model_fields})
