"""The relay publishes committed jobs from the outbox to an engine with a server, and only then deletes them.

While the server is unavailable, jobs wait in the outbox. If a relay is killed between the two steps, its jobs are
published again; the engine recognises them if it deduplicates, otherwise the worker does.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.backoff import Backoff
from eventdemo.durable.engine import Broadcaster, Engine, EngineUnavailableError
from eventdemo.durable.outbox import Outbox

log = logging.getLogger(__name__)
LEASE_SECONDS, POLL_INTERVAL = 10.0, 0.2
BATCH = 100
"""The maximum number of jobs of one listener that are published at a time."""


@dataclass(eq=False)
class Relay:
    """Publishes the jobs of these listeners until it is cancelled. Several relays may run at the same time."""

    outbox: Outbox
    engine: Engine
    listeners: Collection[str]
    caches: Collection[str] = ()
    """Those of them that update a cache: every instance has one, so their jobs are broadcast too."""

    def __post_init__(self) -> None:
        self._backoff = Backoff(log, "Accepted jobs wait in the outbox", "Jobs leave the outbox again")

    async def run(self, *, opens: bool = False) -> None:
        """Publish due jobs, and wait for more; with `opens`, open the engine first."""
        while True:
            self.outbox.arrived.clear()
            try:
                if opens:
                    await self.engine.open()
                    opens = False
                published = await self.step()
            except (EngineUnavailableError, SQLAlchemyError, asyncio.CancelledError) as error:
                if is_cancellation(error):
                    raise
                await asyncio.sleep(self._backoff.failed(error))
                continue
            if published:
                self._backoff.succeeded()
            else:
                await self.outbox.wait_for_arrival(POLL_INTERVAL)

    async def step(self) -> int:
        """Publish one batch and return its size. If this fails, the jobs stay in the outbox."""
        leases = await self.outbox.lease(dict.fromkeys(self.listeners, BATCH), LEASE_SECONDS)
        if not leases:
            return 0
        try:
            jobs = [lease.job for lease in leases]
            await self.engine.publish(jobs)
            if updates := [job for job in jobs if job.listener in self.caches]:
                await cast("Broadcaster", self.engine).broadcast(updates)
        except BaseException:
            await self.outbox.release(leases)
            raise
        await self.outbox.complete(leases)
        return len(leases)
