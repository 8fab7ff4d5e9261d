"""The strategies' buses, telling what they share: the table of listeners, and the queues that listeners stand in.

Without this two emits would look independent although one of them takes the last call of a `once` listener.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.invocation import Call
from eventdemo.explore.experiment import LISTENERS, access, declare_lock_wait
from eventdemo.simulate.open_deliveries import OpenDeliveries
from eventdemo.simulate.strategies import SequentialBus, strategy

QUEUES = "the queues"


def make_bus(name: str, kind: type[EventBus] | None = None) -> Callable[[], EventBus]:
    """Return what makes a bus: of a certain kind, or for a strategy's name. It is not strict: any names will do."""
    if kind is not None:
        return instrumented(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
    made = strategy(name, strict=False)
    assert isinstance(made, partial)
    return partial(instrumented(made.func), *made.args)


def another_bus(bus: EventBus, instance: str) -> EventBus:
    """Return another bus of the same kind, for another instance, with whoever watches the first one."""
    assert isinstance(bus, _InstrumentedBus)
    args, options = bus.made_of
    return observed_like(bus, instance, type(bus)(*args, **options))


def observed_like(bus: EventBus, instance: str, other: EventBus) -> EventBus:
    """Have another bus watched by whoever watches the first one."""
    for observer in bus.observers:
        if not isinstance(observer, OpenDeliveries):
            other.observe(observer.for_instance(instance))
    return other


@cache
def instrumented(bus: type[EventBus]) -> type[EventBus]:
    """Return the same kind of bus, one that touches what it shares."""
    return type(bus.__name__, (_InstrumentedQueue if issubclass(bus, SequentialBus) else _InstrumentedBus, bus), {})


class _InstrumentedBus(EventBus):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.made_of = (args, options)
        self._watched = True  # past the short way for plain functions

    def _addressed(self, event: Any, args: tuple[Any, ...]) -> Any:
        access(LISTENERS, write=False)
        return super()._addressed(event, args)

    def _added(self, *args: Any, **options: Any) -> Any:
        access(LISTENERS)
        return super()._added(*args, **options)

    def _withdraw(self, *args: Any) -> None:
        access(LISTENERS)
        super()._withdraw(*args)

    def _remove(self, *args: Any, **options: Any) -> bool:
        access(LISTENERS)
        return super()._remove(*args, **options)

    def _taken(self, *args: Any) -> bool:
        access(LISTENERS)
        return super()._taken(*args)


class _InstrumentedQueue(_InstrumentedBus):
    """A task joins a queue with its first step and leaves it with its last; who emits looks at where it stands."""

    def _start(self, *args: Any, **options: Any) -> Any:
        declare_lock_wait(QUEUES)
        return super()._start(*args, **options)

    def _begin(self, call: Call) -> Any:
        async def queueing() -> Any:
            declare_lock_wait(QUEUES)
            try:
                return await call.begin()
            finally:
                declare_lock_wait(QUEUES)

        return super()._begin(replace(call, begin=queueing))
