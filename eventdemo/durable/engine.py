"""The protocol of a durable engine: it stores jobs and delivers each of them to a worker at least once.

Also the capabilities in which engines differ, their errors, and the rules for errors that are the same for all.
`registry.py` creates an engine from its name.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

Handle = Callable[[Job], Awaitable[None]]
"""Processes one job. Returning acknowledges it, raising asks for a retry, and cancelling returns it to the queue."""
log = logging.getLogger(__name__)
RECONNECT_DELAY = 1.0
"""Seconds between two attempts of a worker to reach an unavailable server."""
MAX_REDELIVERIES = 10
"""How many workers may die while processing a job before it is dead-lettered."""
MAX_REASON_LENGTH = 2_000
"""The number of characters of an error that a dead letter keeps."""


class EngineUnavailableError(Exception):
    """The server of an engine cannot be reached or is too slow; the message is one sentence for the user."""


class UnprocessableJobError(Exception):
    """A poison message: no attempt can succeed, because its event or its listener is unknown here.

    If `handle` raises this, the engine dead-letters the job immediately, however many attempts are left.
    """


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine guarantees beyond at-least-once delivery. A test on the engine holds each capability."""

    server: str
    """The server that you have to operate; empty if there is none."""
    deduplicates: bool
    """A job that is published again while its id is still known is not processed again."""
    broadcasts: bool
    """The engine is a `Broadcaster` too."""
    limits_rate: bool = False
    """`RetryPolicy.rate` is a global limit, over all workers."""
    keeps_order: bool = True
    """A worker starts the jobs of a listener in the order in which they were published, as long as none fails.

    Several workers take them in this order too, but run them at the same time. Events of two processes keep their order
    if the first was committed before the second was emitted; otherwise, the one that is committed first comes first.
    """
    fencing: str = ""
    """What keeps a worker that was paused until another one had its job from reporting an outcome of that job."""
    atomic_retries: bool = True
    """A failed job is stored for its retry and acknowledged in one step, so no crash in between duplicates it."""
    attempt_timeout: float | None = None
    """Seconds after which an attempt is cancelled, by the engine or by its server's default; None if by neither."""


class Engine(Protocol):
    """Stores jobs durably and delivers each of them, at least once, to a free worker.

    An engine gets a `RetryPolicy` for every listener name and accepts jobs for these listeners only. Several processes
    may open it at the same time. Every method raises `EngineUnavailableError` instead of hanging.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    async def open(self) -> None:
        """Connect, and create queues or tables that are missing; start the embedded server, if there is one."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Return when these jobs are stored durably. If this raises, some of them may have been stored."""

    async def work(self, handle: Handle) -> None:
        """Process jobs with `handle` until this is cancelled; then finish running jobs or return them to the queue.

        If the server becomes unavailable, reconnect.
        """

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that are not retried any more."""

    async def retry(self, ids: Iterable[str]) -> int:
        """Publish these dead letters again, with all their attempts; return how many were found."""

    async def close(self) -> None:
        """Disconnect, and stop an embedded server. Does nothing if `open` did not succeed."""


class Broadcaster(Protocol):
    """An engine that can also deliver a job to every running instance, for listeners that update a cache.

    Nothing is kept for an instance that is down: when it starts, its cache is empty and is filled from the store.
    """

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        """Deliver each of these jobs to every instance that is subscribed at this moment."""

    async def subscribe(self, handle: Handle) -> None:
        """Process broadcast jobs in this instance until this is cancelled. A job that fails is not retried."""


async def failure_of(handle: Handle, job: Job) -> BaseException | None:
    """Process a job, and return the error if the attempt fails; raise only a cancellation of the worker."""
    try:
        await handle(job)
    except (Exception, asyncio.CancelledError) as error:
        if is_cancellation(error):
            raise  # the job is not finished, so it is redelivered
        return error
    return None


def log_retry(job: Job, attempt: int, policy: RetryPolicy, reason: str) -> None:
    delay = policy.delay(attempt)
    log.warning("%s failed (attempt %d of %d) and is retried in %g s: %s", job, attempt, policy.attempts, delay, reason)


def log_dead_letter(job: Job, attempt: int, reason: str) -> None:
    log.error("%s is a dead letter after %d failed attempts: %s", job, attempt, reason)


def reason_of(error: BaseException) -> str:
    """Return the type and the message of an error, for a dead letter."""
    return storable(f"{type(error).__name__}: {error}".rstrip(": "))


def storable(text: str) -> str:
    """Return a text without what PostgreSQL or UTF-8 cannot represent, so that no error keeps a job from failing."""
    return text[:MAX_REASON_LENGTH].replace("\0", "\\0").encode(errors="backslashreplace").decode()


@asynccontextmanager
async def connecting_to(server: str, seconds: float, errors: tuple[type[Exception], ...]) -> AsyncIterator[None]:
    """Raise `EngineUnavailableError` if the block takes longer than `seconds` or raises one of `errors`."""
    unreachable: tuple[type[Exception], ...] = (OSError, *errors)
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise EngineUnavailableError(f"{server} did not answer within {seconds:g} s.") from error
    except unreachable as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".") or type(error).__name__
        raise EngineUnavailableError(f"{server} cannot be reached: {reason}.") from error


async def reconnecting(work: Callable[[Handle], Awaitable[None]], handle: Handle) -> None:
    """Call `work` again each time its server is unavailable: a worker outlives its server."""
    while True:
        try:
            return await work(handle)
        except (EngineUnavailableError, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            log.warning("%s A worker tries again.", str(error) or "The engine's library cancelled its own work.")
            await asyncio.sleep(RECONNECT_DELAY)


def without_secrets(url: str) -> str:
    """Return a URL without user name and password."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
