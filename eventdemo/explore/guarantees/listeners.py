"""Listeners that write to a log, for the programs of the guarantees."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog, wait

F = TypeVar("F", bound=Callable[..., Any])
Plain = Callable[[], None]
Async = Callable[[], Coroutine[Any, Any, None]]


def plain(log: EventLog, name: str) -> Plain:
    """Return a plain function that logs its name."""

    def listener() -> None:
        log.note(name)

    return _with_name(listener, name)


def quick(log: EventLog, name: str) -> Async:
    """Return a coroutine listener that logs its name without waiting."""

    async def listener() -> None:
        log.note(name)

    return _with_name(listener, name)


def slow(log: EventLog, name: str) -> Async:
    """Return a coroutine listener that waits for a service, then logs that it has ended."""

    async def listener() -> None:
        await wait()
        log.note(f"{name} ended")

    return _with_name(listener, name)


def failing(name: str, *, waits: bool = True) -> Async:
    """Return a coroutine listener that raises."""

    async def listener() -> None:
        if waits:
            await wait()
        raise OSError(name)

    return _with_name(listener, name)


def then_emits(bus: EventBus, first: Plain, event: str) -> Plain:
    """Return a plain function that calls `first`, then emits."""

    def listener() -> None:
        first()
        bus.emit(event)

    return _with_name(listener, first.__name__)


def _with_name(listener: F, name: str) -> F:
    listener.__name__ = name.replace(" ", "_")
    return listener
