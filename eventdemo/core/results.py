"""Waiting for listeners: until all have ended, and then one error that names those that failed."""

import asyncio
from collections.abc import Sequence
from typing import Any

from eventdemo.core.invocation import Call


class ListenerCancelledError(Exception):
    """A listener's task was cancelled by somebody while `emit_async` waited for it."""


def attempted(call: Call) -> Call | None:
    """Call a plain listener, keep its value or its error, and return what is left to run as a task, if anything is."""
    try:
        return call.inline()
    except asyncio.CancelledError:  # its own: the emitter's arrives only while the emitter waits
        call.error = _cancelled(call)
    except Exception as error:  # noqa: BLE001 - it is raised again with the others, after all have ended
        call.error = error
    return None


def read(call: Call, future: asyncio.Future[Any]) -> None:
    """Take value or error out of a finished future."""
    if future.cancelled():
        call.error = _cancelled(call)
    elif isinstance(error := future.exception(), Exception):
        call.error = error
    else:
        call.value = future.result()


async def all_ended(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Wait until every future is done, whatever its result; if the caller is cancelled, cancel them and still wait."""
    try:
        await _end_of(futures)
    except asyncio.CancelledError:
        for future in futures:
            future.cancel()
        await all_ended(futures)
        raise


def _end_of(futures: Sequence[asyncio.Future[Any]]) -> asyncio.Future[None]:
    """Return a future that is done with the last of `futures`. It watches one at a time: that is all an emit pays."""
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    rest = iter(futures)

    def watch_next(_: object = None) -> None:
        for future in rest:
            if not future.done():
                future.add_done_callback(watch_next)
                return
        if not end.done():
            end.set_result(None)

    watch_next()
    return end


def values(event: object, calls: Sequence[Call]) -> list[Any]:
    """Return the values in order, or raise one `ExceptionGroup` that names the event and each listener that failed."""
    errors = [_noted(event, call, call.error) for call in calls if call.error is not None]
    if not errors:
        return [call.value for call in calls]
    names = ", ".join(call.subscription.name for call in calls if call.error is not None)
    raise ExceptionGroup(f"{len(errors)} of {len(calls)} awaited listeners of {event!r} failed: {names}", errors)


def _cancelled(call: Call) -> ListenerCancelledError:
    return ListenerCancelledError(f"{call.subscription.name} was cancelled")


def _noted(event: object, call: Call, error: Exception) -> Exception:
    error.add_note(f"raised by listener {call.subscription.name} of {event!r}")
    return error


def leaf_exceptions(error: BaseException) -> list[BaseException]:
    """Return what is at the bottom of nested groups: a failure in a pipeline's second stage arrives inside two."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [reason for inner in error.exceptions for reason in leaf_exceptions(inner)]
