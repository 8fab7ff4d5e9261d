"""How a worker handles a message from any broker: process the job, then acknowledge, retry or dead-letter it.

The module of each broker says how it retries. A message is acknowledged only after its job is processed or stored
elsewhere, so the broker redelivers it if anything breaks in between.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from eventdemo.core.delivery import is_cancellation
from eventdemo.durable.engine import Handle, UnprocessableJobError, reason_of
from eventdemo.durable.engines.brokered import BrokerEngine
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

_log = logging.getLogger(__name__)


class Message(ABC):
    """A job that a broker has delivered to a worker; `attempt` is the number of this attempt, counted from 1."""

    def __init__(self, delivered: Any, body: bytes, attempt: int, engine: BrokerEngine[Any]) -> None:
        self._delivered = delivered
        self.body = body
        self.attempt = attempt
        self._engine = engine

    async def acknowledge(self) -> None:
        await self._delivered.ack()

    @abstractmethod
    async def retry(self, delay: float) -> None:
        """Have it delivered again after `delay` seconds."""

    async def dead_letter(self, reason: str) -> None:
        await self._engine.dead_letter(self.body, self.attempt, reason)
        await self.acknowledge()


async def deliver(message: Message, handle: Handle, policy: RetryPolicy) -> None:
    """Process the job of a message and report the outcome to the broker."""
    try:
        await handle(Job.model_validate_json(message.body))
    except (UnprocessableJobError, ValidationError) as error:
        await message.dead_letter(reason_of(error))
    except (Exception, asyncio.CancelledError) as error:
        if is_cancellation(error):
            raise  # the message is not acknowledged, so it is redelivered
        await _fail(message, error, policy)
    else:
        await message.acknowledge()


async def _fail(message: Message, error: BaseException, policy: RetryPolicy) -> None:
    if message.attempt < policy.attempts:
        await message.retry(policy.delay(message.attempt))
    else:
        await message.dead_letter(reason_of(error))


async def handle_broadcast(body: bytes, handle: Handle) -> None:
    try:
        await handle(Job.model_validate_json(body))
    except (Exception, asyncio.CancelledError) as error:
        if is_cancellation(error):
            raise
        _log.exception("A broadcast job failed; it is not retried.")


def body_of(job: Job) -> bytes:
    return job.model_dump_json().encode()


def id_of(body: bytes) -> str:
    """Return the id of the job in a message, or a new one if it is not a job."""
    try:
        return Job.model_validate_json(body).id
    except ValidationError:
        return uuid4().hex


def dead_letter_of(body: bytes, attempts: object, reason: str) -> DeadLetter | None:
    """Return the dead letter in a message; None if it is not a job."""
    try:
        return DeadLetter(job=Job.model_validate_json(body), attempts=int(str(attempts)), reason=reason)
    except ValidationError:
        return None
