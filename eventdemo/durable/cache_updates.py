"""Listeners that update an in-memory cache, behind an engine: every instance has a cache, but a job goes to one worker.

So these jobs are also broadcast to all instances, if the engine can do that. The outbox and BullMQ cannot; behind them
only the cache of the worker that processed the job is up to date.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import cast

from eventdemo.durable.bus import DurableBus
from eventdemo.durable.engine import Broadcaster, Engine, EngineUnavailableError
from eventdemo.durable.jobs import Job
from eventdemo.durable.worker import call

RECONNECT_DELAY = 1.0
"""Seconds between two attempts to reach an unavailable server."""


class CacheUpdates:
    """The listeners of one instance that update a cache; `owners` are the objects whose methods they are."""

    def __init__(self, bus: DurableBus, engine: Engine, owners: Iterable[object]) -> None:
        self._bus = bus
        self._engine = cast("Broadcaster", engine)
        self.listeners = frozenset(bus.listener_names_of(owners) if engine.capabilities.broadcasts else ())
        """Their names; empty if the engine cannot broadcast."""

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        """Broadcast those of the jobs that are for one of these listeners."""
        if updates := [job for job in jobs if job.listener in self.listeners]:
            await self._engine.broadcast(updates)

    async def subscribe(self) -> None:
        """Apply the updates of all instances until this is cancelled; reconnect if the server is unavailable."""
        while True:
            try:
                await self._engine.subscribe(self._apply)
            except EngineUnavailableError:
                await asyncio.sleep(RECONNECT_DELAY)

    async def _apply(self, job: Job) -> None:
        """Call the listener even if another instance did the job: each instance has its own cache."""
        await call(*self._bus.resolve(job))
