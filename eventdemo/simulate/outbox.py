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
    """A durable bus with a worker that processes `concurrency` jobs of each listener at a time.

    With `keys`, jobs have idempotency keys as ids: one scheduled run on several instances makes one job.
    """

    def __init__(self, concurrency: int, testbed: "Testbed", *, keys: bool) -> None:
        super().__init__(Outbox(testbed.database), pending=testbed.pending)
        self._keys = keys
        self._policy = RetryPolicy(concurrency=concurrency)

    async def work(self) -> None:
        engine = engine_for(
            self, "outbox", policy=self._policy, lease_seconds=LEASE_SECONDS, poll_interval=POLL_INTERVAL
        )
        async with runtime(self, engine, with_worker=True):
            await asyncio.get_running_loop().create_future()

    def job_for(self, event: Event, listener: str) -> Job:
        job = super().job_for(event, listener)
        return job.model_copy(update={"id": job_id(key_of(event, listener), listener)}) if self._keys else job

    async def drain(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the bus has it
        await super().drain(timeout)
        while await self.outbox.waiting():  # noqa: ASYNC110 - another instance may process them
            await asyncio.sleep(POLL_INTERVAL)


def start_worker(stage: Stage) -> None:
    """Start the worker of an instance with an outbox, once all its listeners are registered."""
    if isinstance(stage.bus, OutboxBus):
        stage.process.start(stage.bus.work)
