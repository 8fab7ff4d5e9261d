"""Waiting for listeners: until all have ended, and then one error that names those that failed."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from eventdemo.attendance import Call


class ListenerCancelledError(Exception):
    """A listener's task was cancelled by somebody while `emit_async` waited for it."""


class Outcome:
    """What becomes of one listener of an `emit_async`: a value, an error, or a future that will hold either."""

    __slots__ = ("error", "future", "late", "listener", "value")

    def __init__(self, call: Call) -> None:
        self.listener = call.subscription.name
        self.error: Exception | None = None
        self.future: asyncio.Future[Any] | None = None
        self.late: Call | None = None
        try:
            self.late = call.inline()
        except Exception as error:  # noqa: BLE001 - it is raised again with the others, after all have ended
            self.error = error
        self.value = call.value

    def read(self) -> None:
        """Take value or error out of the finished future, if there is one."""
        if self.future is None:
            return
        if self.future.cancelled():
            self.error = ListenerCancelledError(f"{self.listener} was cancelled")
        elif isinstance(error := self.future.exception(), Exception):
            self.error = error
        else:
            self.value = self.future.result()


async def all_ended(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Wait until every future is done, whatever its result; if the caller is cancelled, cancel them and still wait."""
    for future in futures:
        try:
            await future
        except asyncio.CancelledError:
            if _caller_is_cancelled() or not future.cancelled():
                await _cancel(futures)
                raise
        except Exception:  # noqa: BLE001, S110 - it stays in the future, to be read with the others
            pass


def _caller_is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _cancel(futures: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel what still runs and wait for it, so that nothing outlives the emit that started it."""
    running = [future for future in futures if not future.done()]
    for future in running:
        future.cancel()
    if running:
        await asyncio.wait(running)


def values(event: object, outcomes: Sequence[Outcome]) -> list[Any]:
    """Return the values in order, or raise one `ExceptionGroup` that names the event and each listener that failed."""
    for outcome in outcomes:
        outcome.read()
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if not failed:
        return [outcome.value for outcome in outcomes]
    names = ", ".join(outcome.listener for outcome in failed)
    errors = []
    for outcome in failed:
        assert outcome.error is not None
        outcome.error.add_note(f"raised by listener {outcome.listener} of {event!r}")
        errors.append(outcome.error)
    raise ExceptionGroup(f"{len(failed)} of {len(outcomes)} awaited listeners of {event!r} failed: {names}", errors)
