"""A lease in the shared store: of several instances that are to do the same work, one does it.

The holder renews its lease while it works. If it dies, the lease expires and another instance does the work again, so
the work is done at least once. If the holder's event loop is blocked for longer than the lease, another instance starts
too, and both do the work at once. So the work must be idempotent in any case.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import AutoString

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import DatabaseUnavailableError, UtcDateTime
from eventdemo.core import clock

TABLES = sa.MetaData()
LEASES = sa.Table(
    "lease",
    TABLES,
    sa.Column("name", AutoString, primary_key=True),
    sa.Column("holder", AutoString, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
)
LeaseState = Literal["acquired", "done"] | datetime
"""Whether this instance has just acquired the lease, the work is done, or another one holds it until that time."""


class Leases:
    """One instance's access to the leases.

    A lease expires after `seconds` unless it is renewed; waiting instances poll every `poll_interval` seconds.
    """

    def __init__(self, database: Database, *, seconds: float = 10.0, poll_interval: float = 0.5) -> None:
        database.create_tables(TABLES)
        self._database = database
        self._seconds = seconds
        self._poll_interval = poll_interval

    async def once(self, name: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Do `work` and return True, or return False if another instance has finished it.

        `name` identifies the work on every instance. If the work raises, its lease is released.
        """
        holder = clock.new_id()
        while (state := await self._acquire(name, holder)) != "acquired":
            if state == "done":
                return False
            await wait_until(min(state, clock.now() + timedelta(seconds=self._poll_interval)))
        own = (LEASES.c.name == name, LEASES.c.holder == holder)
        renewing = asyncio.create_task(self._keep_renewing(own), name="renew the lease")
        try:
            await work()
        except BaseException:
            await self._change(sa.delete(LEASES).where(*own))
            raise
        finally:
            renewing.cancel()
        await self._change(sa.update(LEASES).where(*own).values(done=True))
        return True

    async def _acquire(self, name: str, holder: str) -> LeaseState:
        with suppress(IntegrityError):  # another instance inserted the row first
            return await self._database.write(lambda c: self._acquire_in(c, name, holder))
        return await self._acquire(name, holder)

    def _acquire_in(self, connection: sa.Connection, name: str, holder: str) -> LeaseState:
        now = clock.now()
        own = {"holder": holder, "until": now + timedelta(seconds=self._seconds)}
        expired = sa.update(LEASES).where(LEASES.c.name == name, ~LEASES.c.done, LEASES.c.until <= now).values(own)
        if connection.execute(expired).rowcount:
            return "acquired"
        lease = connection.execute(sa.select(LEASES).where(LEASES.c.name == name)).first()
        if lease is None:
            connection.execute(sa.insert(LEASES), {"name": name, **own})
            return "acquired"
        until: datetime = lease.until
        return "done" if lease.done else until

    async def _keep_renewing(self, own: tuple[sa.ColumnElement[bool], ...]) -> None:
        while True:
            await wait_until(clock.now() + timedelta(seconds=self._seconds / 3))
            until = clock.now() + timedelta(seconds=self._seconds)
            with suppress(DatabaseUnavailableError):  # the next renewal may come before the lease ends
                await self._change(sa.update(LEASES).where(*own).values(until=until))

    async def _change(self, statement: sa.Update | sa.Delete) -> None:
        await self._database.write(lambda c: c.execute(statement))


async def wait_until(until: datetime) -> None:
    """Sleep until a time. It is a timeout, so the explorer lets it pass only when nothing else can happen."""
    with suppress(TimeoutError):
        async with asyncio.timeout((until - clock.now()).total_seconds()):
            await asyncio.get_running_loop().create_future()
