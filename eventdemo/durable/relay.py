"""The relay publishes committed jobs from the outbox to an engine with a server, and only then deletes them.

While the server is unavailable, jobs wait in the outbox. If a relay is killed between the two steps, its jobs are
published again; the engine recognises them if it deduplicates, otherwise the worker does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.engine import Engine, EngineUnavailableError
from eventdemo.durable.jobs import Job
from eventdemo.durable.outage import Outage
from eventdemo.durable.outbox import Outbox

log = logging.getLogger(__name__)
LEASE_SECONDS, POLL_INTERVAL = 10.0, 0.2
BATCH = 100
"""The maximum number of jobs of one listener that are published at a time."""


class Relay:
    """Publishes the jobs of these listeners until it is cancelled. Several relays may run at the same time.

    It passes what it has published to `broadcast`, which sends on the jobs that every instance has to process.
    """

    def __init__(
        self,
        outbox: Outbox,
        engine: Engine,
        listeners: Iterable[str],
        broadcast: Callable[[Sequence[Job]], Awaitable[None]],
    ) -> None:
        self._outbox = outbox
        self._engine = engine
        self._batches = dict.fromkeys(listeners, BATCH)
        self._broadcast = broadcast
        self._outage = Outage(log, "Accepted jobs wait in the outbox", "Jobs leave the outbox again")

    async def run(self, *, opens: bool = False) -> None:
        """Publish due jobs, and wait for more; with `opens`, open the engine first."""
        while True:
            self._outbox.arrived.clear()
            try:
                if opens:
                    await self._engine.open()
                    opens = False
                published = await self.step()
            except (EngineUnavailableError, SQLAlchemyError, asyncio.CancelledError) as error:
                if is_cancellation(error):
                    raise
                await asyncio.sleep(self._outage.failed(error))
                continue
            if published:
                self._outage.over()
            else:
                await self._outbox.wait_for_arrival(POLL_INTERVAL)

    async def step(self) -> int:
        """Publish one batch and return its size. If this fails, the jobs stay in the outbox."""
        leases = await self._outbox.lease(self._batches, LEASE_SECONDS)
        if not leases:
            return 0
        try:
            jobs = [lease.job for lease in leases]
            await self._engine.publish(jobs)
            await self._broadcast(jobs)
        except BaseException:
            await self._outbox.release(leases)
            raise
        await self._outbox.complete(leases)
        return len(leases)
