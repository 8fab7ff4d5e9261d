"""The one handler of all brokers: what happens to a job that was delivered, whoever delivered it.

A broker's own file says how it acknowledges, how it delivers again later, and where its dead letters are. Nothing is
acknowledged before it is done or safely elsewhere, so whatever breaks in between, the job is delivered once more.
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
    """One job in the hands of a worker, and what the worker can tell the broker about it."""

    body: bytes
    attempt: int
    """Which try this is, from 1."""

    async def acknowledge(self) -> None:
        """Acknowledge: it need not come again."""

    async def retry(self, delay: float) -> None:
        """Have it delivered again after `delay` seconds."""

    async def dead_letter(self, reason: str) -> None:
        """Make it a dead letter, then acknowledge."""


async def deliver(message: Message, handle: Handle, policy: RetryPolicy) -> None:
    """Do a job, and tell the broker how it ended."""
    try:
        await handle(Job.model_validate_json(message.body))
    except (UnprocessableJobError, ValidationError) as error:
        await message.dead_letter(reason_of(error))
    except asyncio.CancelledError as error:
        if was_cancelled():
            raise  # not acknowledged, so it is given back
        await _failed(message, error, policy)  # the listener's own doing
    except Exception as error:  # noqa: BLE001 - whatever a listener fails with, the broker has to be told
        await _failed(message, error, policy)
    else:
        await message.acknowledge()


async def _failed(message: Message, error: BaseException, policy: RetryPolicy) -> None:
    if message.attempt < policy.attempts:
        await message.retry(policy.delay(message.attempt))
    else:
        await message.dead_letter(reason_of(error))


async def handle_broadcast(body: bytes, handle: Handle) -> None:
    """Do what was announced to everybody; what fails is logged, and that is all."""
    try:
        await handle(Job.model_validate_json(body))
    except Exception:  # noqa: BLE001 - nobody waits for it who could be told
        _log.exception("An announced job failed; it is not tried again.")


def body_of(job: Job) -> bytes:
    """Return a job as brokers carry it."""
    return job.model_dump_json().encode()
