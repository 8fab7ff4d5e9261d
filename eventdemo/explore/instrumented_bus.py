"""The strategies' buses, telling what they share: the table of listeners, and the queues that listeners stand in.

Without this two emits would look independent although one of them takes the last call of a `once` listener.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.invocation import Call
from eventdemo.explore.experiment import LISTENERS, stand_in_line, touch
from eventdemo.simulate.open_deliveries import OpenDeliveries
from eventdemo.simulate.strategies import SequentialBus, strategy

QUEUES = "the queues"


def make_bus(name: str, kind: type[EventBus] | None = None) -> Callable[[], EventBus]:
    """Return what makes a bus: of a certain kind, or for a strategy's name. It is not strict: any names will do."""
    if kind is not None:
        return telling(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
    made = strategy(name, strict=False)
    assert isinstance(made, partial)
    return partial(telling(made.func), *made.args)


def one_more(bus: EventBus, instance: str) -> EventBus:
    """Return another bus of the same kind, for another instance, with whoever watches the first one."""
    assert isinstance(bus, _Telling)
    args, options = bus.made_of
    return watched_like(bus, instance, type(bus)(*args, **options))


def watched_like(bus: EventBus, instance: str, other: EventBus) -> EventBus:
    """Have another bus watched by whoever watches the first one."""
    for observer in bus.observers:
        if not isinstance(observer, OpenDeliveries):
            other.observe(observer.beside(instance))
    return other


@cache
def telling(bus: type[EventBus]) -> type[EventBus]:
    """Return the same kind of bus, one that touches what it shares."""
    return type(bus.__name__, (_Queueing if issubclass(bus, SequentialBus) else _Telling, bus), {})


class _Telling(EventBus):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.made_of = (args, options)
        self._watched = True  # past the short way for plain functions

    def _addressed(self, event: Any, args: tuple[Any, ...]) -> Any:
        touch(LISTENERS, write=False)
        return super()._addressed(event, args)

    def _added(self, *args: Any, **options: Any) -> Any:
        touch(LISTENERS)
        return super()._added(*args, **options)

    def _withdraw(self, *args: Any) -> None:
        touch(LISTENERS)
        super()._withdraw(*args)

    def _remove(self, *args: Any, **options: Any) -> bool:
        touch(LISTENERS)
        return super()._remove(*args, **options)

    def _taken(self, *args: Any) -> bool:
        touch(LISTENERS)
        return super()._taken(*args)


class _Queueing(_Telling):
    """A task joins a queue with its first step and leaves it with its last; who emits looks at where it stands."""

    def _start(self, *args: Any, **options: Any) -> Any:
        stand_in_line(QUEUES)
        return super()._start(*args, **options)

    def _begin(self, call: Call) -> Any:
        async def queueing() -> Any:
            stand_in_line(QUEUES)
            try:
                return await call.begin()
            finally:
                stand_in_line(QUEUES)

        return super()._begin(replace(call, begin=queueing))
