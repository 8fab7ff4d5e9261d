"""What every instance keeps in memory, behind an engine: a job goes to one worker, so the others are told beside it.

Only brokers can tell everybody. Behind the outbox and BullMQ only the memory of the process that did the job is right.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import cast

from eventdemo.durable.bus import DurableBus
from eventdemo.durable.engine import Broadcaster, Engine, EngineUnavailableError
from eventdemo.durable.jobs import Job
from eventdemo.durable.worker import call

PAUSE = 1.0
"""Seconds until a server that is away is tried again."""


class CacheUpdates:
    """The listeners of one instance that keep what they hear: `owners` are the objects whose methods they are."""

    def __init__(self, bus: DurableBus, engine: Engine, owners: Iterable[object]) -> None:
        self._bus = bus
        self._engine = cast("Broadcaster", engine)
        self.listeners = frozenset(bus.listener_names_of(owners) if engine.capabilities.broadcasts else ())
        """Their names; none if nobody can tell them."""

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        """Tell every instance that is there of those jobs that are for such a listener."""
        if told := [job for job in jobs if job.listener in self.listeners]:
            await self._engine.broadcast(told)

    async def subscribe(self) -> None:
        """Do what any instance announces, until this is cancelled; a server that is away is waited for."""
        while True:
            try:
                await self._engine.subscribe(self._remember)
            except EngineUnavailableError:
                await asyncio.sleep(PAUSE)

    async def _remember(self, job: Job) -> None:
        """Call the listener, also if another instance did the job: that one's memory is not this one's."""
        await call(*self._bus.resolve(job))
