"""From the outbox to an engine that has a server: what was committed is published, and only then forgotten.

While the server is away, what is accepted waits in the outbox. A relay that is killed between publishing and forgetting
publishes again: engines that know ids notice, and for the others the worker does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.durable.engine import Engine, EngineUnavailableError
from eventdemo.durable.jobs import Job
from eventdemo.durable.outbox import Outbox

log = logging.getLogger(__name__)
BATCH = 100
"""Jobs of one listener that are published at a time, at most."""
SHORTEST, LONGEST = 0.1, 5.0
"""Seconds to wait while the server is away: twice as long each time."""

Broadcast = Callable[[Sequence[Job]], Awaitable[None]]
"""Tells every instance of those jobs that each has to hear."""


async def no_broadcast(_: Sequence[Job]) -> None:
    """Tell nobody."""


class Relay:
    """Publishes jobs of these listeners until it is cancelled. There may be several at a time."""

    def __init__(
        self,
        outbox: Outbox,
        engine: Engine,
        listeners: Iterable[str],
        *,
        broadcast: Broadcast = no_broadcast,
        lease_seconds: float = 10.0,
        poll_interval: float = 0.2,
    ) -> None:
        self._outbox = outbox
        self._engine = engine
        self._batches = dict.fromkeys(listeners, BATCH)
        self._broadcast = broadcast
        self._lease_seconds = lease_seconds
        self._poll_interval = poll_interval
        self._away = 0.0

    async def run(self, *, opens: bool = False) -> None:
        """Publish what is due, and wait for more; with `opens` it is this relay that opens the engine."""
        while True:
            self._outbox.arrived.clear()
            try:
                if opens:
                    await self._engine.open()
                    opens = False
                published = await self.step()
            except (EngineUnavailableError, SQLAlchemyError) as error:
                await self._wait_for_the_server(error)
                continue
            self._away = 0.0
            if not published:
                with suppress(TimeoutError):
                    async with asyncio.timeout(
                        self._poll_interval
                    ):  # wait_for can lose a cancellation before Python 3.12
                        await self._outbox.arrived.wait()

    async def step(self) -> int:
        """Publish one batch; return how many jobs that were. If that fails, they wait as before."""
        leases = await self._outbox.lease(self._batches, self._lease_seconds)
        if not leases:
            return 0
        try:
            jobs = [lease.job for lease in leases]
            await self._engine.publish(jobs)
            await self._broadcast(jobs)
        except BaseException:
            await self._outbox.release(leases)
            raise
        await self._outbox.done(leases)
        return len(leases)

    async def _wait_for_the_server(self, error: Exception) -> None:
        if not self._away:
            log.warning("Accepted jobs wait in the outbox: %s", error)
        self._away = min(LONGEST, 2 * self._away or SHORTEST)
        await asyncio.sleep(self._away)
