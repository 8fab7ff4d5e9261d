"""The engine that needs no server: whoever works claims jobs from the outbox itself, and holds each while it does it.

A claim runs out, so what a killed worker held is claimed by another. While a worker lives it renews its claims; one
that blocks its loop for longer than that loses them, and the job is done twice.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

from sqlalchemy.exc import SQLAlchemyError

from eventdemo.core import clock
from eventdemo.durable.attempts import MAX_REDELIVERIES, reason_of, was_cancelled
from eventdemo.durable.engine import Capabilities, Handle, UnprocessableJobError
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy
from eventdemo.durable.outbox import JobLease, Outbox

log = logging.getLogger(__name__)


class OutboxEngine:
    """Works on the outbox. `hold` is how long a claim lasts, `look` how often to look for others' jobs, in seconds.

    `buried` is told the id of a job that this worker has given up.
    """

    name: ClassVar[str] = "outbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="", deduplicates=True, delays_retries=True, limits_rate=False, broadcasts=False, keeps_order=True
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
            raise ValueError(f"The outbox is in the database and needs no server: leave {url!r} away.")
        if limited := [listener for listener, policy in policies.items() if policy.rate is not None]:
            raise ValueError(f"The outbox cannot limit the rate of {', '.join(limited)}: limit their concurrency.")
        self._policies = policies
        self._outbox = outbox
        self._lease_seconds = lease_seconds
        self._poll_interval = poll_interval
        self._on_dead_letter = on_dead_letter
        self._under_way: list[JobLease] = []

    async def open(self) -> None:
        """Have nothing to do: the tables are there."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Put jobs into the outbox, in a transaction of their own."""
        await self._outbox.database.write(self._outbox.writer(jobs))
        self._outbox.arrived.set()

    async def work(self, handle: Handle) -> None:
        """Do jobs until this is cancelled; those under way are given back then, and done again by another."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_renewing())
                while True:
                    await self._begin_what_is_due(group, handle)
        finally:
            await self._outbox.release(list(self._under_way))
            self._under_way.clear()

    async def _begin_what_is_due(self, group: asyncio.TaskGroup, handle: Handle) -> None:
        """Begin as many jobs as there are places; if there is nothing to begin, wait until that may have changed."""
        self._outbox.arrived.clear()  # before looking: what arrives from now on is not overlooked
        pause = self._poll_interval
        try:
            free_slots = self._free_slots()
            for lease in await self._outbox.lease(free_slots, self._lease_seconds):
                self._under_way.append(lease)
                group.create_task(self._do(lease, handle), name=lease.job.id)
                pause = 0.0
            if pause and (due := await self._outbox.next_due(free_slots)) is not None:
                pause = min(pause, max(0.0, (due - clock.current().now()).total_seconds()))
        except SQLAlchemyError as error:
            log.warning("The outbox cannot be read, and is asked again: %s", error)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):  # wait_for can lose a cancellation before Python 3.12
                await self._outbox.arrived.wait()

    def _free_slots(self) -> dict[str, int]:
        """Return how many more jobs of each listener may be begun."""
        busy = Counter(lease.job.listener for lease in self._under_way)
        free = {listener: policy.concurrency - busy[listener] for listener, policy in self._policies.items()}
        return {listener: free_slots for listener, free_slots in free.items() if free_slots > 0}

    async def _do(self, lease: JobLease, handle: Handle) -> None:
        try:
            await self._try(lease, handle)
        except SQLAlchemyError as error:  # the claim will run out, and if the job is done, its key is known
            log.warning("What became of job %s could not be written down: %s", lease.job.id, error)
        self._under_way.remove(lease)
        self._outbox.arrived.set()  # there is a place again

    async def _try(self, lease: JobLease, handle: Handle) -> None:
        if lease.lost > MAX_REDELIVERIES:
            await self._dead_letter(lease, f"{lease.lost} workers were lost while they were doing this job")
            return
        try:
            await handle(lease.job)
        except UnprocessableJobError as error:
            await self._dead_letter(lease, str(error))
        except asyncio.CancelledError as error:
            if was_cancelled():
                raise
            await self._failed(lease, error)  # the listener's own doing
        except Exception as error:  # noqa: BLE001 - whatever a listener raises asks for another attempt
            await self._failed(lease, error)
        else:
            await self._outbox.done([lease])

    async def _failed(self, lease: JobLease, error: BaseException) -> None:
        policy, made = self._policies[lease.job.listener], lease.attempts + 1
        if made < policy.attempts:
            await self._outbox.failed(lease, reason_of(error), policy.delay(made))
        else:
            await self._dead_letter(lease, reason_of(error))

    async def _dead_letter(self, lease: JobLease, reason: str) -> None:
        await self._outbox.dead_letter(lease, reason)
        self._on_dead_letter(lease.job.id)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            if self._under_way:
                with suppress(SQLAlchemyError):
                    await self._outbox.renew(self._under_way, self._lease_seconds)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that were given up, the oldest first."""
        return await self._outbox.dead_letters()

    async def retry(self, ids: Iterable[str]) -> int:
        """Let dead letters be tried again."""
        return await self._outbox.retry(ids)

    async def close(self) -> None:
        """Have nothing to do: the database belongs to whoever opened it."""
