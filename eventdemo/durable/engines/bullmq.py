"""BullMQ, the article's own choice: a queue for each listener, on Valkey or Redis; Node's BullMQ can share the queues.

If a worker is killed, another one restarts its job after the lock has expired. The settings below are necessary:
without them, BullMQ for Python waits for seconds, gives up too soon or hangs. Each has a comment with its reason.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import bullmq
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from eventdemo.durable.engine import (
    MAX_REDELIVERIES,
    Capabilities,
    Handle,
    UnprocessableJobError,
    failure_of,
    log_dead_letter,
    log_retry,
    reason_of,
    without_secrets,
)
from eventdemo.durable.engines.server_engine import Letters, ServerEngine
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy
from eventdemo.durable.servers import Valkey

log = logging.getLogger(__name__)
RECONNECT_ATTEMPTS = 50
"""Attempts of a worker, 0.2 s apart, to reach its server; then it pauses and starts over."""
RETENTION = {"age": 86_400, "count": 10_000}
"""Finished jobs are kept for a day, at most this many; meanwhile a job with the same id is not accepted again."""


@dataclass(eq=False)
class BullMq(ServerEngine):
    """An engine on Valkey or Redis.

    `lock_duration` is the visibility timeout of a job in seconds: a listener that blocks the event loop for longer
    counts as dead, and its job is processed twice. After `max_redeliveries` deaths of its worker, a job is
    dead-lettered.
    """

    name: ClassVar[str] = "bullmq"
    title = "Valkey"
    errors = (RedisError,)
    embedded = Valkey
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="Valkey or Redis, with an append-only file",
        deduplicates=True,
        limits_rate=True,
        broadcasts=False,
        fencing="token of the lock",
    )

    lock_duration: float = 5.0
    max_redeliveries: int = MAX_REDELIVERIES
    _queues: dict[str, Any] = field(default_factory=dict, init=False)

    async def _open(self, opened: AsyncExitStack) -> None:
        for listener in self.policies:
            options = {"connection": self._client(2), "prefix": self.prefix}
            queue = self._queues[listener] = bullmq.Queue(listener, options)
            opened.push_async_callback(queue.close)
        async with self._connecting(), self._client(2) as client:
            persistence = await client.info("persistence")
        if not persistence["aof_enabled"]:
            log.warning(
                "%s keeps no append-only file, so a crash of the server loses all queued jobs.",
                without_secrets(self.url),
            )

    async def publish(self, jobs: Sequence[Job]) -> None:
        by_listener = defaultdict(list)
        for job in jobs:
            by_listener[job.listener].append(self._bulk_entry(job))
        for listener, added in by_listener.items():
            async with self._connecting():
                await self._queues[listener].addBulk(added)

    def _bulk_entry(self, job: Job) -> dict[str, Any]:
        policy = self.policies[job.listener]
        # with another type of backoff, the job would never be retried
        backoff = {"type": "exponential", "delay": round(policy.first_delay * 1000)}
        options = {"jobId": job.id, "attempts": policy.attempts, "backoff": backoff, "removeOnComplete": RETENTION}
        return {"name": job.event, "data": job.model_dump(mode="json"), "opts": options}

    async def _work(self, handle: Handle) -> None:
        workers, runs = [], []
        try:
            for listener, policy in self.policies.items():
                workers.append(await self._worker(listener, policy, handle))
            runs = [asyncio.create_task(worker.run()) for worker in workers]
            await asyncio.wait(runs)
        finally:
            await asyncio.gather(*(self._close_worker(worker) for worker in workers))
            await asyncio.gather(*runs, return_exceptions=True)
            await asyncio.gather(*(_close_late_connections(worker) for worker in workers))

    async def _worker(self, listener: str, policy: RetryPolicy, handle: Handle) -> Any:
        async def process(job: Any, _token: str) -> None:  # with a plain function, every job would fail
            try:
                error = await failure_of(handle, Job.model_validate(job.data))
            except ValidationError as invalid:
                raise bullmq.UnrecoverableError(reason_of(invalid)) from invalid
            if isinstance(error, UnprocessableJobError):
                raise bullmq.UnrecoverableError(reason_of(error)) from error
            if error is not None:
                raise AttemptError(reason_of(error)) from error  # BullMQ stores only the text

        options: dict[str, Any] = {
            "connection": self._client(RECONNECT_ATTEMPTS),
            "prefix": self.prefix,
            "autorun": False,
            "concurrency": policy.concurrency,
            "lockDuration": round(self.lock_duration * 1000),
            "lockRenewTime": round(self.lock_duration * 333),  # by default, half of it without our loop is too long
            "stalledInterval": round(self.lock_duration * 500),
            "maxStalledCount": self.max_redeliveries,  # by default, the second redelivery is the last
            "runRetryDelay": 500,  # ms after a lost connection; 15 s by default
        }
        if policy.rate is not None:
            calls, seconds = policy.rate
            options["limiter"] = {"max": calls, "duration": round(seconds * 1000)}
            options["drainDelay"] = 0.1  # seconds between two checks of the limiter; 5 by default
        worker = bullmq.Worker(listener, process, options)
        worker.on("error", partial(_log_error, listener))
        worker.on("failed", partial(_log_failed, policy))
        try:
            async with self._connecting():
                # the worker has to know the version, or else it rounds waits up to a second and every retry is late
                await worker.blockingRedisConnection.getRedisVersion()
        except BaseException:
            await self._close_worker(worker)
            raise
        return worker

    async def _close_worker(self, worker: Any) -> None:
        """Let a worker finish its running jobs; one that takes longer is cancelled, and another worker restarts it."""
        closing = asyncio.create_task(worker.close())
        await asyncio.wait([closing], timeout=self.timeout)
        if not closing.done():
            await worker.close(force=True)
        await closing

    async def _dead_letters(self) -> Letters:
        with_all_attempts = {"resetAttemptsMade": True, "resetAttemptsStarted": True}
        for queue in self._queues.values():
            for job in await queue.getFailed():
                failed, reason = Job.model_validate(job.data), job.failedReason or ""
                letter = DeadLetter(job=failed, attempts=job.attemptsMade, reason=reason)
                yield letter, partial(job.retry, "failed", with_all_attempts)

    def _client(self, retries: int) -> Redis:
        """Return a client with our timeouts: BullMQ's own retries for minutes, redis-py's interrupts blocking waits."""
        return Redis.from_url(
            self.url,
            decode_responses=True,
            socket_timeout=None,
            socket_connect_timeout=self.timeout,
            retry=Retry(ConstantBackoff(0.2), retries),
        )


async def _close_late_connections(worker: Any) -> None:
    """Wait for the tasks that a closed worker has left, and close what they have connected since."""
    timer = getattr(worker, "stalledCheckTimer", None)  # a worker that has not run has none
    tasks = {*worker.processing, *([timer._task] if timer else [])}  # noqa: SLF001 - it has no public end
    if tasks:
        await asyncio.wait(tasks)
    await worker.client.aclose()


class AttemptError(Exception):
    """The error of an attempt, in the form in which BullMQ stores it."""


def _log_failed(policy: RetryPolicy, job: Any, error: Exception) -> None:
    failed, attempt = Job.model_validate(job.data), job.attemptsMade
    if isinstance(error, bullmq.UnrecoverableError) or attempt >= policy.attempts:
        log_dead_letter(failed, attempt, str(error))
    else:
        log_retry(failed, attempt, policy, str(error))


def _log_error(listener: str, error: object, job: Any = None) -> None:
    """Log an error inside a worker, or that it lost the lock of a job. The library passes the job only sometimes."""
    log.warning("%s: %s%s", listener, error, f" (event {job.name})" if isinstance(job, bullmq.Job) else "")
