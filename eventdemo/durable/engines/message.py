"""How a worker handles a message from any broker: process the job, then acknowledge, retry or dead-letter it.

The module of each broker says how it retries. A message is acknowledged only after its job is processed or stored
elsewhere, so the broker redelivers it if anything breaks in between.
"""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic import ValidationError

from eventdemo.durable.engine import (
    EngineUnavailableError,
    Handle,
    UnprocessableJobError,
    failure_of,
    log_dead_letter,
    log_retry,
    reason_of,
)
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

if TYPE_CHECKING:
    from eventdemo.durable.engines.brokered import BrokerEngine

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Message(ABC):
    """A job that a broker has delivered to a worker, and how its outcome is reported."""

    delivered: Any
    """The message as FastStream has it."""
    engine: "BrokerEngine[Any]"
    listener: str
    handle: Handle
    policy: RetryPolicy
    attempt: int = field(default=1, init=False)
    """The number of this attempt, counted from 1."""

    def __post_init__(self) -> None:
        self.body: bytes = self.delivered.body
        self.job = job_of(self.body)
        self.errors: tuple[type[Exception], ...] = (EngineUnavailableError, OSError, *self.engine.errors)
        """The errors of a broker that does not accept an outcome."""

    def is_lost(self) -> bool:
        """Return whether another worker may have this job by now, although the broker would accept an outcome."""
        return False

    async def acknowledge(self) -> None:
        await self.delivered.ack()

    @abstractmethod
    async def retry(self, delay: float) -> None:
        """Have it delivered again after `delay` seconds."""

    async def give_back(self) -> None:  # noqa: B027 - most brokers do this by themselves
        """Have it delivered again, because its outcome was not accepted."""

    async def dead_letter(self, reason: str) -> None:
        await self.engine.dead_letter(self.body, self.attempt, reason)
        await self.acknowledge()

    def __str__(self) -> str:
        return f"Attempt {self.attempt} of {self.job}" if self.job is not None else "A message that is not a job"

    async def process(self) -> None:
        """Process the job and report the outcome to the broker."""
        error = await _attempt(self.job, self.handle)
        if self.is_lost():
            log.warning("%s ended too late, so its outcome does not count: its worker did not run for a while.", self)
            return
        try:
            await self._report(error)
        except self.errors as unreported:
            log.warning("The outcome is not accepted, so the job is redelivered. %s: %s", self, reason_of(unreported))
            await self.give_back()

    async def _report(self, error: BaseException | None) -> None:
        if error is None:
            await self.acknowledge()
            return
        is_last = self.attempt >= self.policy.attempts or isinstance(error, UnprocessableJobError)
        if not is_last and self.job is not None:
            log_retry(self.job, self.attempt, self.policy, reason_of(error))
            await self.retry(self.policy.delay(self.attempt))
            return
        if self.job is not None:
            log_dead_letter(self.job, self.attempt, reason_of(error))
        await self.dead_letter(reason_of(error))


async def handle_broadcast(body: bytes, handle: Handle) -> None:
    if (error := await _attempt(job_of(body), handle)) is not None:
        log.error("A broadcast job failed; it is not retried.", exc_info=error)


async def _attempt(job: Job | None, handle: Handle) -> BaseException | None:
    if job is None:
        return UnprocessableJobError("The message is not a job.")
    return await failure_of(handle, job)


def body_of(job: Job) -> bytes:
    return job.model_dump_json().encode()


def job_of(body: bytes) -> Job | None:
    """Return the job in a message; None if it is not one."""
    try:
        return Job.model_validate_json(body)
    except ValidationError:
        return None


def id_of(body: bytes) -> str:
    """Return the id of the job in a message, or a new one if it is not a job."""
    return job.id if (job := job_of(body)) else uuid4().hex


def dead_letter_of(body: bytes, attempts: object, reason: str) -> DeadLetter | None:
    """Return the dead letter in a message; None if it is not a job."""
    job = job_of(body)
    return DeadLetter(job=job, attempts=int(str(attempts)), reason=reason) if job else None
