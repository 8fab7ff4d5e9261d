"""How a worker handles a message from any broker: process the job, then acknowledge, retry or dead-letter it.

The module of each broker says how it retries. A message is acknowledged only after its job is processed or stored
elsewhere, so the broker redelivers it if anything breaks in between.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic import ValidationError

from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.engine import (
    EngineUnavailableError,
    Handle,
    UnprocessableJobError,
    log_dead_letter,
    log_retry,
    reason_of,
)
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

if TYPE_CHECKING:
    from eventdemo.durable.engines.brokered import BrokerEngine

log = logging.getLogger(__name__)


class Message(ABC):
    """A job that a broker has delivered to a worker; `attempt` is the number of this attempt, counted from 1."""

    def __init__(self, delivered: Any, attempt: int, engine: "BrokerEngine[Any]") -> None:
        self._delivered = delivered
        self.body: bytes = delivered.body
        self.job = job_of(self.body)
        self.attempt = attempt
        self._engine = engine

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors of a broker that does not accept an outcome."""
        return (EngineUnavailableError, OSError, *self._engine.errors)

    def is_lost(self) -> bool:
        """Return whether another worker may have this job by now, although the broker would accept an outcome."""
        return False

    async def acknowledge(self) -> None:
        await self._delivered.ack()

    def __str__(self) -> str:
        return f"Attempt {self.attempt} of {self.job}" if self.job is not None else "A message that is not a job"

    @abstractmethod
    async def retry(self, delay: float) -> None:
        """Have it delivered again after `delay` seconds."""

    async def give_back(self) -> None:  # noqa: B027 - most brokers do this by themselves
        """Have it delivered again, because its outcome was not accepted."""

    async def dead_letter(self, reason: str) -> None:
        await self._engine.dead_letter(self.body, self.attempt, reason)
        await self.acknowledge()


async def deliver(message: Message, handle: Handle, policy: RetryPolicy) -> None:
    """Process the job of a message and report the outcome to the broker."""
    error = await _attempt(message.job, handle)
    if message.is_lost():
        log.warning("%s ended too late, so its outcome does not count: its worker did not run for a while.", message)
        return
    try:
        await _report(message, error, policy)
    except message.errors as unreported:
        log.warning("The outcome is not accepted, so the job is redelivered. %s: %s", message, reason_of(unreported))
        await message.give_back()


async def handle_broadcast(body: bytes, handle: Handle) -> None:
    if (error := await _attempt(job_of(body), handle)) is not None:
        log.error("A broadcast job failed; it is not retried.", exc_info=error)


async def _attempt(job: Job | None, handle: Handle) -> BaseException | None:
    """Process the job of a message, and return the error if that fails."""
    if job is None:
        return UnprocessableJobError("The message is not a job.")
    try:
        await handle(job)
    except (Exception, asyncio.CancelledError) as error:
        if is_cancellation(error):
            raise  # the message is not acknowledged, so it is redelivered
        return error
    return None


async def _report(message: Message, error: BaseException | None, policy: RetryPolicy) -> None:
    if error is None:
        await message.acknowledge()
        return
    is_last = message.attempt >= policy.attempts or isinstance(error, UnprocessableJobError)
    if not is_last and message.job is not None:
        log_retry(message.job, message.attempt, policy, reason_of(error))
        await message.retry(policy.delay(message.attempt))
        return
    if message.job is not None:
        log_dead_letter(message.job, message.attempt, reason_of(error))
    await message.dead_letter(reason_of(error))


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
