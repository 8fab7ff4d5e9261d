"""The worker: it takes a job from an engine and calls the listener that the job names."""

import asyncio
import logging
from dataclasses import dataclass
from inspect import isawaitable

from eventdemo.backend.storage.dialects import DatabaseUnavailableError
from eventdemo.core.delivery import Subscription
from eventdemo.core.events import Event
from eventdemo.core.fates import Fate, LostError
from eventdemo.durable.backoff import Backoff
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.jobs import Job
from eventdemo.durable.processed import AlreadyProcessedError, ProcessedJobs

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """Processes jobs with the listeners of a bus; `handle` is the callback for an engine's `work`.

    A job counts as processed when its key is committed, in one transaction with the events that the listener emitted.
    Whatever else the listener did, in the store or in other services, may happen again, so listeners are idempotent.
    """

    bus: DurableBus
    processed: ProcessedJobs

    async def handle(self, job: Job) -> None:
        """Process a job once; raise what its listener raises, even if the bus would only log it.

        If the whole database is locked or cannot be reached, wait and begin again, for as long as the engine lets the
        attempt go on. That uses up no attempt, and the job is logged each minute.
        """
        backoff = Backoff(log, f"{job} waits for the database", f"{job} could reach the database again")
        while True:
            try:
                await self._process(job)
            except DatabaseUnavailableError as error:
                if not error.for_all:
                    raise
                await asyncio.sleep(backoff.failed(error))
            else:
                backoff.succeeded()
                return

    async def _process(self, job: Job) -> None:
        event, subscription = self.bus.resolve(job)
        if await self.processed.is_processed(job):
            log.info("%s was delivered again after it had been processed, and is skipped.", job)
            await self._end_as_duplicate(job)
            return
        self.bus.record_received(job, event, subscription)
        try:
            async with self.bus.outbox.database.unit(joins=False) as unit:
                with self.bus.pending.attempt(job.id):
                    await call(event, subscription)
                unit.before_commit(self.processed.writer(job))
        except AlreadyProcessedError:
            log.warning("%s was finished by another worker while it ran here, so it ran twice.", job)
            await self._end_as_duplicate(job)
        else:
            self.bus.pending.end(job.id)

    async def _end_as_duplicate(self, job: Job) -> None:
        await self.processed.count_redelivery(job)
        self.bus.pending.end(job.id, LostError(Fate.DUPLICATE))


async def call(event: Event, subscription: Subscription) -> None:
    result = subscription.function(*(event.name, event) if subscription.pass_event_name else (event,))
    if isawaitable(result):
        await result
