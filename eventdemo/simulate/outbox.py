"""The strategy `outbox`: emits are stored beside the change, and every instance processes jobs, its own and others'.

It is `eventdemo/durable` unchanged, in virtual time. The running instances take over the jobs of killed ones.
"""

import asyncio
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
"""Seconds of a lease on a job; after that, another instance may take the job over."""
POLL_INTERVAL = 0.1


class OutboxBus(DurableBus):
    """A durable bus with a worker that processes `concurrency` jobs of each listener at a time."""

    def __init__(self, concurrency: int, testbed: "Testbed") -> None:
        super().__init__(Outbox(testbed.database), pending=testbed.pending)
        self._policy = RetryPolicy(concurrency=concurrency)

    async def work(self) -> None:
        engine = engine_for(
            self, "outbox", policy=self._policy, lease_seconds=LEASE_SECONDS, poll_interval=POLL_INTERVAL
        )
        async with runtime(self, engine, with_worker=True):
            await asyncio.get_running_loop().create_future()

    async def drain(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the bus has it
        await super().drain(timeout)
        while await self.outbox.waiting():  # noqa: ASYNC110 - another instance may process them
            await asyncio.sleep(POLL_INTERVAL)


class KeyedOutboxBus(OutboxBus):
    """An outbox whose jobs have idempotency keys as ids: one scheduled run on several instances makes one job."""

    def job_for(self, event: Event, listener: str) -> Job:
        """Return the job whose id is made from the key of the event."""
        return Job.of(event, listener).model_copy(update={"id": job_id(key_of(event, listener), listener)})


def start_worker(stage: Stage) -> None:
    """Start the worker of an instance with an outbox, once all its listeners are registered."""
    if isinstance(stage.bus, OutboxBus):
        stage.process.start(stage.bus.work)
