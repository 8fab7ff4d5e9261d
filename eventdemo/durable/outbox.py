"""The outbox: jobs that are accepted and not done yet, in a table of the database whose changes they tell of.

Rows are written in the same transaction as the change. After the commit somebody claims them, for a limited time, so
that what a killed process held is claimed again. Everything is one short transaction; nothing here runs a listener.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Delete,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    Update,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from eventdemo import clock
from eventdemo.database import Database
from eventdemo.durable.jobs import DeadLetter, Job
from eventdemo.model import Moment
from eventdemo.unit import Work

TABLES = MetaData()
ROWS = Table(
    "outbox",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("id", String, unique=True, nullable=False),
    Column("event", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("listener", String, nullable=False, index=True),
    Column("accepted", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("held_by", String, index=True),
    Column("held_until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lost", Integer, nullable=False, default=0),
    Column("dead", Boolean, nullable=False, default=False),
    Column("reason", Text, nullable=False, default=""),
)
_FREE = {"held_by": None, "held_until": None}


@dataclass(frozen=True, slots=True)
class Claim:
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
        database.make(TABLES)
        self.database = database
        self.arrived = asyncio.Event()
        """Set when this process has put something in. What other processes put in is found by looking."""

    def writing(self, jobs: Sequence[Job]) -> Work:
        """Return what writes jobs, to be done in somebody's transaction; what is there already is not written again."""
        now = clock.current().now()

        def write(connection: Connection) -> None:
            ids = [job.id for job in jobs]
            known = set(connection.execute(select(ROWS.c.id).where(ROWS.c.id.in_(ids))).scalars())
            if rows := [job.model_dump() | {"due": now} for job in jobs if job.id not in known]:
                connection.execute(insert(ROWS), rows)

        return write

    # Whoever claims a job has it for a while

    async def claim(self, places: Mapping[str, int], seconds: float) -> list[Claim]:
        """Take due jobs for some time, the oldest first, at most so many of each listener."""
        return await self.database.do(_taking(places, seconds)) if places else []

    async def renew(self, claims: Sequence[Claim], seconds: float) -> None:
        """Hold for longer what is still held."""
        await self._change(_held(claims).values(held_until=clock.current().now() + timedelta(seconds=seconds)))

    async def give_back(self, claims: Sequence[Claim]) -> None:
        """Let others claim these at once."""
        await self._change(_held(claims).values(**_FREE))

    async def done(self, claims: Sequence[Claim]) -> None:
        """Forget jobs, except those that somebody else holds by now."""
        await self._change(delete(ROWS).where(*_of(claims)))

    async def failed(self, claim: Claim, reason: str, delay: float) -> None:
        """Have a job tried again after `delay` seconds."""
        due = clock.current().now() + timedelta(seconds=delay)
        await self._change(_held([claim]).values(due=due, attempts=claim.attempts + 1, reason=reason, **_FREE))

    async def bury(self, claim: Claim, reason: str) -> None:
        """Give a job up: it is a dead letter now."""
        await self._change(_held([claim]).values(dead=True, attempts=claim.attempts + 1, reason=reason, **_FREE))

    # Looking at it

    async def waiting(self) -> int:
        """Return how many jobs are not done, those that were given up aside."""
        count = select(func.count()).select_from(ROWS).where(~ROWS.c.dead)
        return await self.database.ask(lambda c: c.execute(count).scalar_one())

    async def orphans(self, listeners: Iterable[str]) -> dict[str, int]:
        """Return how many jobs wait for listeners that are not among these: renamed, or of another version."""
        others = select(ROWS.c.listener, func.count()).where(~ROWS.c.dead, ROWS.c.listener.not_in(list(listeners)))
        query = others.group_by(ROWS.c.listener).order_by(ROWS.c.listener)
        return {row[0]: row[1] for row in await self.database.ask(lambda c: c.execute(query).all())}

    async def next_due(self, listeners: Iterable[str]) -> datetime | None:
        """Return when the next job of these listeners is due, or the next claim runs out; None if none waits."""
        moment = func.min(func.coalesce(ROWS.c.held_until, ROWS.c.due), type_=Moment)
        first = select(moment).where(~ROWS.c.dead, ROWS.c.listener.in_(list(listeners)))
        return await self.database.ask(lambda c: c.execute(first).scalar())

    async def dead_letters(self) -> list[DeadLetter]:
        """Return what was given up, the oldest first."""
        query = select(ROWS).where(ROWS.c.dead).order_by(ROWS.c.seq)
        rows = await self.database.ask(lambda c: c.execute(query).all())
        return [DeadLetter(job=_job(row), attempts=row.attempts, reason=row.reason) for row in rows]

    async def retry(self, ids: Iterable[str]) -> int:
        """Let dead letters be tried again, with all their attempts; return how many there were."""
        dead = update(ROWS).where(ROWS.c.dead, ROWS.c.id.in_(list(ids)))
        found = await self._change(dead.values(dead=False, attempts=0, lost=0, due=clock.current().now()))
        self.arrived.set()
        return found

    async def _change(self, statement: Update | Delete) -> int:
        return await self.database.do(lambda c: c.execute(statement).rowcount)


def _taking(places: Mapping[str, int], seconds: float) -> Callable[[Connection], list[Claim]]:
    """Return what claims due jobs."""
    now = clock.current().now()
    token, until = clock.current().new_id(), now + timedelta(seconds=seconds)
    free = or_(ROWS.c.held_until.is_(None), ROWS.c.held_until <= now)
    ran_out = case((ROWS.c.held_until.is_(None), 0), else_=1)

    def take(connection: Connection) -> list[Claim]:
        due: list[int] = []
        for listener, most in places.items():
            query = select(ROWS.c.seq).where(ROWS.c.listener == listener, ~ROWS.c.dead, ROWS.c.due <= now, free)
            due += connection.execute(query.order_by(ROWS.c.seq).limit(most)).scalars()
        if not due:
            return []
        held = update(ROWS).where(ROWS.c.seq.in_(due), free)  # once more: another process may have been quicker
        connection.execute(held.values(held_by=token, held_until=until, lost=ROWS.c.lost + ran_out))
        rows = connection.execute(select(ROWS).where(ROWS.c.held_by == token).order_by(ROWS.c.seq)).all()
        return [Claim(_job(row), token, row.attempts, row.lost) for row in rows]

    return take


def _held(claims: Sequence[Claim]) -> Update:
    return update(ROWS).where(*_of(claims))


def _of(claims: Sequence[Claim]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the condition that rows are those of `claims` and nobody has claimed them since."""
    return ROWS.c.id.in_([claim.job.id for claim in claims]), ROWS.c.held_by.in_({claim.token for claim in claims})


def _job(row: Row[Any]) -> Job:
    return Job(**{field: getattr(row, field) for field in Job.model_fields})
