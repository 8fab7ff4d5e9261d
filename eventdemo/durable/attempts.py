"""The limit on redeliveries and the classification of errors, the same for every engine."""

import asyncio

MAX_REDELIVERIES = 10
"""How many workers may die while processing a job before it is dead-lettered."""


def was_cancelled() -> bool:
    """Return whether the running task was cancelled from outside, as opposed to raising `CancelledError` itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def reason_of(error: BaseException) -> str:
    """Return the type and the message of an error, for a dead letter."""
    return f"{type(error).__name__}: {error}".rstrip(": ")
