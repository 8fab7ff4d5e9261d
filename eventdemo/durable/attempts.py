"""What an attempt at a job can come to that is no simple failure, the same for every engine."""

import asyncio

MAX_REDELIVERIES = 10
"""How many workers a job may take with it before it is a dead letter."""


def was_cancelled() -> bool:
    """Tell whether the running task was cancelled by somebody, as opposed to raising that error by itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def reason_of(error: BaseException) -> str:
    """Return what to keep of an error in a dead letter: its kind and its message."""
    return f"{type(error).__name__}: {error}".rstrip(": ")
