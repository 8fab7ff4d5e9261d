"""The strategy `outbox`: what is emitted is stored beside the change, and every instance does jobs, its own or others'.

It is `eventdemo/durable` as it is, in virtual time. Killed instances leave their jobs to whoever lives.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from eventdemo.core.events import Event
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.jobs import Job, RetryPolicy, job_id
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.runtime import engine_for, runtime
from eventdemo.instances.idempotency import key_of
from eventdemo.instances.stage import Stage

if TYPE_CHECKING:
    from eventdemo.simulate.testbed import Testbed

LEASE_SECONDS = 5.0
"""Seconds that a job is held by one instance; if that is dead, another one takes it then."""
POLL_INTERVAL = 0.1


class OutboxBus(DurableBus):
    """A durable bus with somebody who does the work: `places` jobs of each listener at a time."""

    def __init__(self, concurrency: int, testbed: "Testbed") -> None:
        super().__init__(Outbox(testbed.database), pending=testbed.pending)
        self._policy = RetryPolicy(concurrency=concurrency)

    async def work(self) -> None:
        """Do jobs until the instance ends."""
        engine = engine_for(
            self, "outbox", policy=self._policy, lease_seconds=LEASE_SECONDS, poll_interval=POLL_INTERVAL
        )
        async with runtime(self, engine, with_worker=True):
            await asyncio.get_running_loop().create_future()

    async def drain(self) -> None:
        """Wait until nothing is left to do for anybody."""
        await super().drain()
        while await self.outbox.waiting():  # noqa: ASYNC110 - another instance may be the one who does it
            await asyncio.sleep(POLL_INTERVAL)


class KeyedOutboxBus(OutboxBus):
    """One whose jobs have idempotency keys for ids: what instances emit for one moment of a schedule is one job."""

    def job_for(self, event: Event, listener: str) -> Job:
        """Return the job whose id is made from the key of the event."""
        return Job.of(event, listener).model_copy(update={"id": job_id(key_of(event, listener), listener)})


def outbox_bus(concurrency: int, *, keys: bool) -> Callable[["Testbed"], OutboxBus]:
    """Return what makes the bus of an instance."""
    return partial(KeyedOutboxBus if keys else OutboxBus, concurrency)


def begin_to_work(stage: Stage) -> None:
    """Have an instance do jobs, if its bus is one that stores them; its listeners are all there."""
    if isinstance(stage.bus, OutboxBus):
        stage.process.start(stage.bus.work)
