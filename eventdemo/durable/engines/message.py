"""How a worker handles a message from any broker: process the job, then acknowledge, retry or dead-letter it.

The module of each broker implements these three steps. A message is acknowledged only after its job is processed or
stored elsewhere, so the broker redelivers it if anything breaks in between.
"""

import asyncio
import logging
from typing import Protocol

from pydantic import ValidationError

from eventdemo.durable.attempts import reason_of, was_cancelled
from eventdemo.durable.engine import Handle, UnprocessableJobError
from eventdemo.durable.jobs import Job, RetryPolicy

_log = logging.getLogger(__name__)


class Message(Protocol):
    """A job that a broker has delivered to a worker."""

    body: bytes
    attempt: int
    """The number of this attempt, counted from 1."""

    async def acknowledge(self) -> None:
        """Remove the message from the broker."""

    async def retry(self, delay: float) -> None:
        """Have it delivered again after `delay` seconds."""

    async def dead_letter(self, reason: str) -> None:
        """Store it as a dead letter, then acknowledge it."""


async def deliver(message: Message, handle: Handle, policy: RetryPolicy) -> None:
    """Process the job of a message and report the outcome to the broker."""
    try:
        await handle(Job.model_validate_json(message.body))
    except (UnprocessableJobError, ValidationError) as error:
        await message.dead_letter(reason_of(error))
    except asyncio.CancelledError as error:
        if was_cancelled():
            raise  # the message is not acknowledged, so it is redelivered
        await _fail(message, error, policy)  # the listener raised it
    except Exception as error:  # noqa: BLE001 - any error of a listener is a failed attempt
        await _fail(message, error, policy)
    else:
        await message.acknowledge()


async def _fail(message: Message, error: BaseException, policy: RetryPolicy) -> None:
    if message.attempt < policy.attempts:
        await message.retry(policy.delay(message.attempt))
    else:
        await message.dead_letter(reason_of(error))


async def handle_broadcast(body: bytes, handle: Handle) -> None:
    """Process a broadcast job; an error is only logged."""
    try:
        await handle(Job.model_validate_json(body))
    except Exception:  # noqa: BLE001 - a broadcast is not retried, so the log is the only place for its error
        _log.exception("A broadcast job failed; it is not retried.")


def body_of(job: Job) -> bytes:
    return job.model_dump_json().encode()
