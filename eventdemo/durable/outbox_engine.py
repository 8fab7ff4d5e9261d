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
from eventdemo.durable.attempts import DEATHS, reason_of, was_cancelled
from eventdemo.durable.engine import Handle, HopelessJobError, Promise
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy
from eventdemo.durable.outbox import Claim, Outbox

log = logging.getLogger(__name__)


class OutboxEngine:
    """Works on the outbox. `hold` is how long a claim lasts, `look` how often to look for others' jobs, in seconds.

    `buried` is told the id of a job that this worker has given up.
    """

    name: ClassVar[str] = "outbox"
    promise: ClassVar[Promise] = Promise(
        server="", knows_ids=True, retries_later=True, limits_rate=False, broadcasts=False, keeps_order=True
    )

    def __init__(
        self,
        url: str = "",
        *,
        policies: Mapping[str, RetryPolicy],
        outbox: Outbox,
        hold: float = 10.0,
        look: float = 0.2,
        buried: Callable[[str], object] = str,
    ) -> None:
        if url:
            raise ValueError(f"The outbox is in the database and needs no server: leave {url!r} away.")
        if limited := [listener for listener, policy in policies.items() if policy.rate is not None]:
            raise ValueError(f"The outbox cannot limit the rate of {', '.join(limited)}: limit their concurrency.")
        self._policies = policies
        self._outbox = outbox
        self._hold = hold
        self._look = look
        self._buried = buried
        self._under_way: list[Claim] = []

    async def open(self) -> None:
        """Have nothing to do: the tables are there."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Put jobs into the outbox, in a transaction of their own."""
        await self._outbox.database.do(self._outbox.writing(jobs))
        self._outbox.arrived.set()

    async def work(self, handle: Handle) -> None:
        """Do jobs until this is cancelled; those under way are given back then, and done again by another."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_renewing())
                while True:
                    await self._begin_what_is_due(group, handle)
        finally:
            await self._outbox.give_back(list(self._under_way))
            self._under_way.clear()

    async def _begin_what_is_due(self, group: asyncio.TaskGroup, handle: Handle) -> None:
        """Begin as many jobs as there are places; if there is nothing to begin, wait until that may have changed."""
        self._outbox.arrived.clear()  # before looking: what arrives from now on is not overlooked
        pause = self._look
        try:
            places = self._places()
            for claim in await self._outbox.claim(places, self._hold):
                self._under_way.append(claim)
                group.create_task(self._do(claim, handle), name=claim.job.id)
                pause = 0.0
            if pause and (due := await self._outbox.next_due(places)) is not None:
                pause = min(pause, max(0.0, (due - clock.current().now()).total_seconds()))
        except SQLAlchemyError as error:
            log.warning("The outbox cannot be read, and is asked again: %s", error)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):  # wait_for can lose a cancellation before Python 3.12
                await self._outbox.arrived.wait()

    def _places(self) -> dict[str, int]:
        """Return how many more jobs of each listener may be begun."""
        busy = Counter(claim.job.listener for claim in self._under_way)
        free = {listener: policy.concurrency - busy[listener] for listener, policy in self._policies.items()}
        return {listener: places for listener, places in free.items() if places > 0}

    async def _do(self, claim: Claim, handle: Handle) -> None:
        try:
            await self._try(claim, handle)
        except SQLAlchemyError as error:  # the claim will run out, and if the job is done, its key is known
            log.warning("What became of job %s could not be written down: %s", claim.job.id, error)
        self._under_way.remove(claim)
        self._outbox.arrived.set()  # there is a place again

    async def _try(self, claim: Claim, handle: Handle) -> None:
        if claim.lost > DEATHS:
            await self._bury(claim, f"{claim.lost} workers were lost while they were doing this job")
            return
        try:
            await handle(claim.job)
        except HopelessJobError as error:
            await self._bury(claim, str(error))
        except asyncio.CancelledError as error:
            if was_cancelled():
                raise
            await self._failed(claim, error)  # the listener's own doing
        except Exception as error:  # noqa: BLE001 - whatever a listener raises asks for another attempt
            await self._failed(claim, error)
        else:
            await self._outbox.done([claim])

    async def _failed(self, claim: Claim, error: BaseException) -> None:
        policy, made = self._policies[claim.job.listener], claim.attempts + 1
        if made < policy.attempts:
            await self._outbox.failed(claim, reason_of(error), policy.delay(made))
        else:
            await self._bury(claim, reason_of(error))

    async def _bury(self, claim: Claim, reason: str) -> None:
        await self._outbox.bury(claim, reason)
        self._buried(claim.job.id)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._hold / 3)
            if self._under_way:
                with suppress(SQLAlchemyError):
                    await self._outbox.renew(self._under_way, self._hold)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that were given up, the oldest first."""
        return await self._outbox.dead_letters()

    async def retry(self, ids: Iterable[str]) -> int:
        """Let dead letters be tried again."""
        return await self._outbox.retry(ids)

    async def close(self) -> None:
        """Have nothing to do: the database belongs to whoever opened it."""
