"""The buses that a program makes itself, and pyee's emitters, are observed while it runs.

A bus of this project gets the strategy of the run, too. pyee's emitters behave as before: for each listener, pyee calls
a function and leaves what it returns to the emitter, and both are watched here.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from pyee import EventEmitter

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Delivery, Emission, Subscription, current_delivery
from eventdemo.core.dispatch import dispatch
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.runner import Runner
from eventdemo.core.subscriptions import Route
from eventdemo.simulate.replaced import Replaced


@contextmanager
def own_buses_observed(bus: EventBus, known: Iterable[EventBus], make_runner: Callable[[], Runner]) -> Iterator[None]:
    """Let the observers of `bus` observe the `known` buses, those that are made meanwhile, and pyee's emitters.

    A bus that was made without a runner gets the strategy's.
    """
    with ExitStack() as stack:
        make = EventBus.__init__

        def observed(own: EventBus) -> EventBus:
            for observer in bus.observers():
                stack.callback(own.observe(observer))
            return own

        def make_observed(self: EventBus, *args: Any, **options: Any) -> None:
            make(self, *args, **{"runner": make_runner(), **options})
            observed(self)

        for state in (each._eventdemo_bus for each in map(observed, known)):
            if type(state.runner) is Runner:
                stack.enter_context(Replaced(state, "runner", make_runner()))
        stack.enter_context(_pyee_emitters_observed(observed(EventBus())))
        stack.enter_context(Replaced(EventBus, "__init__", make_observed))
        yield


def _pyee_emitters_observed(bus: EventBus) -> Replaced:
    """Report what pyee's emitters deliver to the observers of `bus`."""
    before = EventEmitter._call_handlers

    def call_handlers(self: Any, event: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if event == "new_listener":  # pyee's own event, about each registration
            return before(self, event, args, kwargs)
        with self._lock:
            listeners = [*self._events.get(event, {}).items()]
        pending = iter(listeners)
        emission = Emission(bus._eventdemo_bus)
        emission.begin(event, args, kwargs, Route(()))
        try:
            for listener, function in pending:
                delivery = Delivery(emission, Subscription(event, listener))
                current_delivery.set(delivery)
                delivery.error_observed = bool(self.listeners("error")) or not delivery.subscription.is_coroutine
                self._emit_run(partial(_call, delivery, function), args, kwargs)
                emission.now = emission.observers.time()
        except BaseException:
            for listener, _ in pending:
                Delivery(emission, Subscription(event, listener)).decide(LostError(Fate.SKIPPED))
            raise
        finally:
            dispatch(emission)
        return bool(listeners)

    return Replaced(EventEmitter, "_call_handlers", call_handlers)


class _Watched(Coroutine[Any, Any, Any]):
    """A listener's coroutine, which reports its start and its end. A coroutine around it would hide its lines."""

    def __init__(self, delivery: Delivery, coroutine: Any) -> None:
        self._delivery = delivery
        self._coroutine = coroutine
        self._has_begun = False
        self.__name__, self.__qualname__ = coroutine.__name__, coroutine.__qualname__
        self.cr_code = coroutine.cr_code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coroutine, name)  # cr_frame, cr_await, cr_running

    def send(self, value: Any) -> Any:
        self._has_begun = True
        if self._delivery.started is None:
            self._delivery.start(self._delivery.emission.observers.time())
        return self._ended(partial(self._coroutine.send, value))

    def throw(self, *error: Any) -> Any:
        return self._ended(partial(self._coroutine.throw, *error))

    def close(self) -> None:
        self._coroutine.close()
        self._delivery.end(GeneratorExit())

    def __await__(self) -> Any:
        return (yield from self._coroutine.__await__())

    def __del__(self) -> None:
        """Report a coroutine that was dropped: at once by an emitter that awaits nothing, or with its task."""
        if not self._has_begun and self._delivery.emission.returned is None:
            self._delivery.decide(LostError(Fate.NEVER_AWAITED))
        elif self._delivery.fate is None:
            self._delivery.end(GeneratorExit())

    def _ended(self, resume: Callable[[], Any]) -> Any:
        try:
            return resume()
        except StopIteration:
            self._delivery.end(None)
            raise
        except BaseException as error:
            self._delivery.end(error)
            raise


def _call(delivery: Delivery, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a listener. What it raises reaches the emitter, or a listener of `error`, or comes out of `emit`."""
    if not delivery.subscription.is_coroutine:
        delivery.start(delivery.due)
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        delivery.decide(error)
        raise
    if isinstance(value, Coroutine):
        return _Watched(delivery, value)
    delivery.decide(None)
    return value
