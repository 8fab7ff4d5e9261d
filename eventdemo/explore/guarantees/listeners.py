"""Listeners that write into a journal what they do: the cast of most guarantees."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog, wait

F = TypeVar("F", bound=Callable[..., Any])
Plain = Callable[[], None]
Async = Callable[[], Coroutine[Any, Any, None]]


def plain(journal: EventLog, name: str) -> Plain:
    """Return a plain function that notes its name."""

    def listener() -> None:
        journal.note(name)

    return _named(listener, name)


def quick(journal: EventLog, name: str) -> Async:
    """Return a coroutine listener that notes its name and waits for nothing."""

    async def listener() -> None:
        journal.note(name)

    return _named(listener, name)


def slow(journal: EventLog, name: str) -> Async:
    """Return a coroutine listener that waits for a service, and notes when it has ended."""

    async def listener() -> None:
        await wait()
        journal.note(f"{name} ended")

    return _named(listener, name)


def failing(name: str, *, waits: bool = True) -> Async:
    """Return a coroutine listener that raises."""

    async def listener() -> None:
        if waits:
            await wait()
        raise OSError(name)

    return _named(listener, name)


def then_emits(bus: EventBus, first: Plain, event: str) -> Plain:
    """Return a plain function that does what `first` does, and emits."""

    def listener() -> None:
        first()
        bus.emit(event)

    return _named(listener, first.__name__)


def _named(listener: F, name: str) -> F:
    listener.__name__ = name.replace(" ", "_")
    return listener
