"""A lease in the shared store: of several instances that have the same thing to do, one does it.

The holder renews its lease while it works; if it dies, the lease runs out and another one does the work from its start.
So it is done at least once. A holder whose loop stands still for longer than its lease is overtaken as well, and then
two do it at once: what the work leads to has to be idempotent in any case.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Delete,
    MetaData,
    String,
    Table,
    Update,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import UtcDateTime
from eventdemo.core import clock

TABLES = MetaData()
LEASES = Table(
    "lease",
    TABLES,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("done", Boolean, nullable=False, default=False),
)
Claim = Literal["mine", "done"] | datetime
"""Whose the work is: mine, nobody's any more, or another one's until that moment."""


class Leases:
    """One instance's way to the leases.

    `seconds` is how long a lease lasts without being renewed; waiters poll every `poll_interval` seconds.
    """

    def __init__(self, database: Database, *, seconds: float = 10.0, poll_interval: float = 0.5) -> None:
        database.create_tables(TABLES)
        self._database = database
        self._seconds = seconds
        self._poll_interval = poll_interval

    async def once(self, name: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Do `work`, unless another one does it to its end; return whether this one did.

        `name` says what it is, the same on every instance. Work that raises is free for the others.
        """
        me = clock.current().new_id()
        while (claim := await self._claim(name, me)) != "mine":
            if claim == "done":
                return False
            await wait_until(min(claim, clock.current().now() + timedelta(seconds=self._poll_interval)))
        mine = (LEASES.c.name == name, LEASES.c.holder == me)
        renewing = asyncio.create_task(self._keep_renewing(mine), name="renew the lease")
        try:
            await work()
        except BaseException:
            await self._change(delete(LEASES).where(*mine))
            raise
        finally:
            renewing.cancel()
        await self._change(update(LEASES).where(*mine).values(done=True))
        return True

    async def _claim(self, name: str, me: str) -> Claim:
        with suppress(IntegrityError):  # another one was quicker with the first line
            return await self._database.write(lambda c: self._taking(c, name, me))
        return await self._claim(name, me)

    def _taking(self, connection: Connection, name: str, me: str) -> Claim:
        now = clock.current().now()
        mine = {"holder": me, "until": now + timedelta(seconds=self._seconds)}
        ran_out = update(LEASES).where(LEASES.c.name == name, ~LEASES.c.done, LEASES.c.until <= now).values(mine)
        if connection.execute(ran_out).rowcount:
            return "mine"
        lease = connection.execute(select(LEASES).where(LEASES.c.name == name)).first()
        if lease is None:
            connection.execute(insert(LEASES), {"name": name, **mine})
            return "mine"
        until: datetime = lease.until
        return "done" if lease.done else until

    async def _keep_renewing(self, mine: tuple[ColumnElement[bool], ...]) -> None:
        while True:
            await wait_until(clock.current().now() + timedelta(seconds=self._seconds / 3))
            until = clock.current().now() + timedelta(seconds=self._seconds)
            await self._change(update(LEASES).where(*mine).values(until=until))

    async def _change(self, statement: Update | Delete) -> None:
        await self._database.write(lambda c: c.execute(statement))


async def wait_until(until: datetime) -> None:
    """Wait for a moment; as a timeout, because it matters only if nothing else has happened by then."""
    with suppress(TimeoutError):
        async with asyncio.timeout((until - clock.current().now()).total_seconds()):
            await asyncio.get_running_loop().create_future()
