"""The engine without a server: workers lease jobs from the outbox directly.

A lease expires, so another worker takes over the jobs of one that was killed. A running worker renews its leases. If it
blocks the event loop for longer than a lease, it loses the job and another worker processes it again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.core import clock
from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.engine import (
    MAX_REDELIVERIES,
    Capabilities,
    Handle,
    UnprocessableJobError,
    log_dead_letter,
    log_retry,
    reason_of,
    storable,
)
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outage import Outage
from eventdemo.durable.outbox import JobLease, Outbox

log = logging.getLogger(__name__)


class OutboxEngine:
    """Processes the jobs of the outbox.

    `lease_seconds` is the visibility timeout of a leased job; every `poll_interval` seconds the engine looks for jobs
    of other processes. It calls `on_dead_letter` with the id of each job that it dead-letters.
    """

    name: ClassVar[str] = "outbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="",
        deduplicates=True,
        broadcasts=False,
        fencing="token of the lease",
    )

    def __init__(
        self,
        url: str = "",
        *,
        policies: Mapping[str, RetryPolicy],
        outbox: Outbox,
        lease_seconds: float = 10.0,
        poll_interval: float = 0.2,
        on_dead_letter: Callable[[str], object] = str,
    ) -> None:
        if url:
            raise ValueError(f"The outbox is in the database and needs no server; omit the URL {url!r}.")
        if limited := [listener for listener, policy in policies.items() if policy.rate is not None]:
            raise ValueError(
                f"The outbox cannot limit the rate of {', '.join(limited)}; limit the concurrency instead."
            )
        self._policies = policies
        self._outbox = outbox
        self._lease_seconds = lease_seconds
        self._poll_interval = poll_interval
        self._on_dead_letter = on_dead_letter
        self._running: list[JobLease] = []
        self._renewed: list[JobLease] = []
        """Those whose listener runs, except those that another worker has taken meanwhile."""
        self._reading = Outage(log, "The outbox cannot be read", "The outbox can be read again")
        self._renewing = Outage(
            log, "The leases of running jobs cannot be renewed, and may expire", "They can be renewed again"
        )
        self.dead_letters, self.retry = outbox.dead_letters, outbox.retry

    async def open(self) -> None:
        """No-op: the tables already exist."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        await self._outbox.database.write(self._outbox.writer(jobs))
        self._outbox.arrived.set()

    async def work(self, handle: Handle) -> None:
        """Process jobs until this is cancelled; then release the running ones, so that another worker restarts them."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_renewing())
                while True:
                    await self._start_due_jobs(group, handle)
        finally:
            if not self._renewing.goes_on:  # or else this would wait for the database too, and the leases expire anyway
                await self._outbox.release(self._running)
            self._running.clear()

    async def _start_due_jobs(self, group: asyncio.TaskGroup, handle: Handle) -> None:
        """Start a job for each free slot; if none is due, wait until one may be."""
        self._outbox.arrived.clear()  # before the query, so that a job which arrives during it is noticed
        pause = self._poll_interval
        try:
            free_slots = self._free_slots()
            for lease in await self._outbox.lease(free_slots, self._lease_seconds):
                self._running.append(lease)
                group.create_task(self._process(lease, handle), name=lease.job.id)
                pause = 0.0
            self._reading.over()
            if pause and (due := await self._outbox.next_due(free_slots)) is not None:
                pause = min(pause, max(0.0, (due - clock.now()).total_seconds()))
        except SQLAlchemyError as error:
            self._reading.failed(error)
        await self._outbox.wait_for_arrival(pause)

    def _free_slots(self) -> dict[str, int]:
        busy = Counter(lease.job.listener for lease in self._running)
        free = {listener: policy.concurrency - busy[listener] for listener, policy in self._policies.items()}
        return {listener: slots for listener, slots in free.items() if slots > 0}

    async def _process(self, lease: JobLease, handle: Handle) -> None:
        try:
            await self._attempt(lease, handle)
        except SQLAlchemyError as error:  # the lease expires; if the job was processed, the inbox knows its key
            log.warning("The outcome of %s could not be stored, so it is processed again: %s", lease.job, error)
        self._running.remove(lease)
        self._outbox.arrived.set()  # a slot is free again

    async def _attempt(self, lease: JobLease, handle: Handle) -> None:
        if lease.expired > MAX_REDELIVERIES:
            await self._dead_letter(lease, f"{lease.expired} workers died or were too slow while processing this job")
            return
        try:
            await self._call(handle, lease)
        except UnprocessableJobError as error:
            await self._dead_letter(lease, storable(str(error)))
        except (Exception, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            await self._fail(lease, error)
        else:
            await self._outbox.complete([lease])

    async def _call(self, handle: Handle, lease: JobLease) -> None:
        self._renewed.append(lease)
        try:
            await handle(lease.job)
        finally:
            if lease in self._renewed:
                self._renewed.remove(lease)

    async def _fail(self, lease: JobLease, error: BaseException) -> None:
        policy, attempts = self._policies[lease.job.listener], lease.attempts + 1
        if attempts >= policy.attempts:
            await self._dead_letter(lease, reason_of(error))
        elif await self._outbox.retry_later(lease, reason_of(error), policy.delay(attempts)):
            log_retry(lease.job, attempts, policy, reason_of(error))

    async def _dead_letter(self, lease: JobLease, reason: str) -> None:
        if await self._outbox.dead_letter(lease, reason):
            log_dead_letter(lease.job, lease.attempts + 1, reason)
            self._on_dead_letter(lease.job.id)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            if self._renewed:
                await self._renew()

    async def _renew(self) -> None:
        try:
            lost = await self._outbox.renew(list(self._renewed), self._lease_seconds)
        except SQLAlchemyError as error:
            self._renewing.failed(error)
            return
        self._renewing.over()
        for lease in lost:
            if lease in self._renewed:  # and did not finish in the meantime
                self._renewed.remove(lease)
                log.warning("%s is still running, but its lease expired and another worker took it.", lease.job)

    async def close(self) -> None:
        """No-op: the opener closes the database."""
