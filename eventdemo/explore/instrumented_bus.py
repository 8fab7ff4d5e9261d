"""Buses that report the accesses to what they share: the table of listeners, and the queues that listeners wait in.

Without this two emits would look independent although one of them takes the last call of a `once` listener.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any
from weakref import proxy

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Body, Delivery, Observer
from eventdemo.core.runner import Runner
from eventdemo.core.subscriptions import Route, SubscriptionTable
from eventdemo.explore.experiment import LISTENERS, access, declare_lock_wait
from eventdemo.explore.steps import ANYTHING
from eventdemo.simulate.killable_loop import OpenDeliveries
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.strategies import STRATEGIES, Bounded, Sequential, runner

QUEUES = "the strategy's queues"


def make_bus(name: str, kind: type[EventBus] | None = None) -> Callable[[], EventBus]:
    """Return what makes a bus: of a certain kind, or for a strategy's name. It is not strict: any names will do."""
    if kind is not None:
        return instrumented(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
    made: Any = instrumented(EventBus)
    return partial(made, runner(name, KINDS))


def another_bus(bus: EventBus, instance: str) -> EventBus:
    assert isinstance(bus, _InstrumentedBus)
    bus.others.append(other := type(bus)(bus.make_runner))
    return observed_like(bus, instance, other)


def observed_like(bus: EventBus, instance: str, other: EventBus) -> EventBus:
    """Let the observers of one bus observe another one too; return it."""
    for observer in bus.observers():
        if not isinstance(observer, OpenDeliveries):
            other.observe(observer.for_instance(instance) if isinstance(observer, Recorder) else observer)
    return other


@cache
def instrumented(bus: type[EventBus]) -> type[EventBus]:
    """Return the same kind of bus, one that reports accesses to what it shares."""
    return type(bus.__name__, (_InstrumentedBus, bus), {})


class _InstrumentedBus(EventBus):
    def __init__(self, make_runner: Callable[[], Runner] | None = None, **options: Any) -> None:
        if make_runner is not None:
            options["runner"] = make_runner()
        super().__init__(table=_InstrumentedTable, **options)
        self.make_runner = make_runner
        self.others: list[EventBus] = []
        """They live as long as this one: a task may still report to a bus that the program has dropped."""
        self._eventdemo_bus.emit = partial(_emit, proxy(self))

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Observe this bus. What an observer gets from now on may depend on any step."""
        access(ANYTHING)
        stop = super().observe(observer)

        def stop_observing() -> None:
            access(ANYTHING)
            stop()

        return stop_observing


def _emit(bus: EventBus, *event: Any) -> bool:
    """Emit without a cycle of references, so that a bus is freed at once when its schedule has ended."""
    return bus.emit(*event)


class _InstrumentedRoutes(dict[Any, Route]):
    def get(self, name: Any, otherwise: Any = None) -> Any:
        access(LISTENERS, write=False)
        return super().get(name, otherwise)


class _InstrumentedTable(SubscriptionTable):
    """Emits and queries read the table. Registering, removing, and using up a call of a `once` listener write to it."""

    def __init__(self, *options: Any) -> None:
        super().__init__(*options)
        self.routes = _InstrumentedRoutes()


def _accessing(name: str, *, write: bool) -> Callable[..., Any]:
    original = getattr(SubscriptionTable, name)

    def method(self: _InstrumentedTable, *given: Any) -> Any:
        access(LISTENERS, write=write)
        return original(self, *given)

    return method


for _names, _write in (("names reached route under", False), ("add clear consume remove", True)):
    for _name in _names.split():
        setattr(_InstrumentedTable, _name, _accessing(_name, write=_write))


class _Queueing(Runner):
    """A task joins a queue with its first step and leaves it with its last; each emit looks at the queue."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        declare_lock_wait(QUEUES)
        super().start(deliveries)

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        declare_lock_wait(QUEUES)
        return await super().run(deliveries)

    def launch(self, delivery: Delivery) -> Any:
        delivery.wrap(_queued)
        return super().launch(delivery)


async def _queued(body: Body) -> Any:
    declare_lock_wait(QUEUES)
    try:
        return await body()
    finally:
        declare_lock_wait(QUEUES)


class _QueueingSequential(_Queueing, Sequential): ...


class _QueueingBounded(_Queueing, Bounded): ...


KINDS = STRATEGIES | {"sequential": _QueueingSequential, "bounded": _QueueingBounded}
