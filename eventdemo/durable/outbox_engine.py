"""The engine without a server: workers lease jobs from the outbox directly.

A lease expires, so another worker takes over the jobs of one that was killed. A running worker renews its leases. If it
blocks the event loop for longer than a lease, it loses the job and another worker processes it again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.core import clock
from eventdemo.durable.backoff import Backoff
from eventdemo.durable.engine import (
    MAX_REDELIVERIES,
    Capabilities,
    Handle,
    UnprocessableJobError,
    failure_of,
    log_dead_letter,
    log_retry,
    reason_of,
    storable,
)
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import JobLease, Outbox

log = logging.getLogger(__name__)


@dataclass(eq=False)
class OutboxEngine:
    """Processes the jobs of the outbox."""

    name: ClassVar[str] = "outbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="",
        deduplicates=True,
        broadcasts=False,
        fencing="token of the lease",
    )

    url: str = ""
    _: KW_ONLY
    policies: Mapping[str, RetryPolicy]
    outbox: Outbox
    lease_seconds: float = 10.0
    """The visibility timeout of a leased job."""
    poll_interval: float = 0.2
    """Seconds between two looks for jobs of other processes."""
    on_dead_letter: Callable[[str], object] = str
    """Gets the id of each job that this engine dead-letters."""

    def __post_init__(self) -> None:
        if self.url:
            raise ValueError(f"The outbox is in the database and needs no server; omit the URL {self.url!r}.")
        if limited := [listener for listener, policy in self.policies.items() if policy.rate is not None]:
            raise ValueError(
                f"The outbox cannot limit the rate of {', '.join(limited)}; limit the concurrency instead."
            )
        self._running: list[JobLease] = []
        self._renewed: list[JobLease] = []
        """Those whose listener runs, except those that another worker has taken meanwhile."""
        self._reading = Backoff(log, "The outbox cannot be read", "The outbox can be read again")
        self._renewing = Backoff(
            log, "The leases of running jobs cannot be renewed, and may expire", "They can be renewed again"
        )
        self.dead_letters, self.retry = self.outbox.dead_letters, self.outbox.retry

    async def open(self) -> None:
        """No-op: the tables already exist."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        await self.outbox.database.write(self.outbox.writer(jobs))
        self.outbox.arrived.set()

    async def work(self, handle: Handle) -> None:
        """Process jobs until this is cancelled; then release the running ones, so that another worker restarts them."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_renewing())
                while True:
                    await self._start_due_jobs(group, handle)
        finally:
            if not self._renewing.is_failing:  # else this would wait for the database too, and the leases expire anyway
                await self.outbox.release(self._running)
            self._running.clear()

    async def _start_due_jobs(self, group: asyncio.TaskGroup, handle: Handle) -> None:
        """Start a job for each free slot; if none is due, wait until one may be."""
        self.outbox.arrived.clear()  # before the query, so that a job which arrives during it is noticed
        pause = self.poll_interval
        try:
            free_slots = self._free_slots()
            for lease in await self.outbox.lease(free_slots, self.lease_seconds):
                self._running.append(lease)
                group.create_task(self._process(lease, handle), name=lease.job.id)
                pause = 0.0
            self._reading.succeeded()
            if pause and (due := await self.outbox.next_due(free_slots)) is not None:
                pause = min(pause, max(0.0, (due - clock.now()).total_seconds()))
        except SQLAlchemyError as error:
            self._reading.failed(error)
        await self.outbox.wait_for_arrival(pause)

    def _free_slots(self) -> dict[str, int]:
        busy = Counter(lease.job.listener for lease in self._running)
        free = {listener: policy.concurrency - busy[listener] for listener, policy in self.policies.items()}
        return {listener: slots for listener, slots in free.items() if slots > 0}

    async def _process(self, lease: JobLease, handle: Handle) -> None:
        try:
            await self._attempt(lease, handle)
        except SQLAlchemyError as error:  # the lease expires; if the job was processed, the inbox knows its key
            log.warning("The outcome of %s could not be stored, so it is processed again: %s", lease.job, error)
        self._running.remove(lease)
        self.outbox.arrived.set()  # a slot is free again

    async def _attempt(self, lease: JobLease, handle: Handle) -> None:
        if lease.expired > MAX_REDELIVERIES:
            await self._dead_letter(lease, f"{lease.expired} workers died or were too slow while processing this job")
            return
        self._renewed.append(lease)
        try:
            error = await failure_of(handle, lease.job)
        finally:
            if lease in self._renewed:
                self._renewed.remove(lease)
        if error is None:
            await self.outbox.complete([lease])
        elif isinstance(error, UnprocessableJobError):
            await self._dead_letter(lease, storable(str(error)))
        else:
            await self._fail(lease, error)

    async def _fail(self, lease: JobLease, error: BaseException) -> None:
        policy, attempts = self.policies[lease.job.listener], lease.attempts + 1
        if attempts >= policy.attempts:
            await self._dead_letter(lease, reason_of(error))
        elif await self.outbox.retry_later(lease, reason_of(error), policy.delay(attempts)):
            log_retry(lease.job, attempts, policy, reason_of(error))

    async def _dead_letter(self, lease: JobLease, reason: str) -> None:
        if await self.outbox.dead_letter(lease, reason):
            log_dead_letter(lease.job, lease.attempts + 1, reason)
            self.on_dead_letter(lease.job.id)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self.lease_seconds / 3)
            if self._renewed:
                await self._renew()

    async def _renew(self) -> None:
        try:
            lost = await self.outbox.renew(list(self._renewed), self.lease_seconds)
        except SQLAlchemyError as error:
            self._renewing.failed(error)
            return
        self._renewing.succeeded()
        for lease in lost:
            if lease in self._renewed:  # and did not finish in the meantime
                self._renewed.remove(lease)
                log.warning("%s is still running, but its lease expired and another worker took it.", lease.job)

    async def close(self) -> None:
        """No-op: the opener closes the database."""
