"""The event bus: which listeners hear an event, in which order, and where a failure is reported.

`EventBus` is a `pyee.EventEmitter` with what the article uses of EventEmitter2, made sound. `_deliver` is the way of
every event; a `Runner` runs those listeners that are coroutine functions.
`docs/reference/differences.md` lists every difference from EventEmitter2 and pyee, each with its test.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, TypeVar

from eventdemo.core.delivery import Delivery, Emission, Observer, Observers, Subscription, current_delivery
from eventdemo.core.events import NAMES, UNTYPED, parse
from eventdemo.core.registration import Registration
from eventdemo.core.runner import NoRunningLoopError, Runner, results_or_raise, running_loop
from eventdemo.core.subscriptions import Route, SubscriptionTable

T = TypeVar("T")
Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_reporting: ContextVar[bool] = ContextVar("eventdemo_reporting", default=False)
"""Whether this is a listener of 'error' or what it led to. A failure in there is not reported to 'error' again."""


@dataclass(slots=True, eq=False)
class BusState:
    """Everything that a bus keeps. It is one attribute, `_eventdemo_bus`, so subclasses may use all other names."""

    bus: "EventBus"
    runner: Runner
    table: SubscriptionTable
    observers: Observers = field(default_factory=lambda: Observers(()))
    emissions: int = 0
    subscribed: list[tuple[object, list[Subscription]]] = field(default_factory=list)
    records: bool = False
    """Whether each delivery is recorded: for observers, or because the runner gets all of them."""

    def observe(self, observers: tuple[Observer, ...]) -> None:
        self.observers = Observers(observers)
        self.records = bool(observers) or self.runner.is_durable

    def reports_errors(self) -> bool:
        """Return whether listeners of 'error' hear of a failure that no emitter waits for."""
        return not _reporting.get() and bool(self.table.route("error").subscriptions)

    def report(self, delivery: Delivery, future: Any) -> None:
        """Report a failure that no emitter waits for: to 'error', or else to the loop's exception handler."""
        subscription = delivery.subscription
        try:
            error = future.exception()
        except asyncio.CancelledError as cancelled:
            error = None if future.cancelling() else subscription.failure(cancelled)
        if error is None:
            return
        if self.reports_errors():
            token = _reporting.set(True)
            try:
                self.bus.emit("error", error)
            finally:
                _reporting.reset(token)
            return
        message = f"listener {subscription.name} of {subscription.pattern!r} failed and no emitter was waiting"
        future.get_loop().call_exception_handler({"message": message, "exception": error, "future": future})


class EventBus(Registration):
    """Hands each event to its listeners in registration order, exact names and wildcards alike.

    A plain function runs inside `emit`. A coroutine listener becomes a task that the bus holds on to; it starts on the
    loop's next turn, after the plain ones, in registration order. Nothing is dropped silently: what cannot run raises,
    and what fails is raised, logged or reported. A `strict` bus accepts only registered names with payloads that fit.
    Another `runner` runs coroutine listeners in another way; another `table` may watch who registers and who looks.
    """

    def __init__(
        self,
        *,
        delimiter: str = ".",
        max_listeners: int = 10,
        strict: bool = False,
        runner: Runner | None = None,
        table: Callable[[str, int, bool], SubscriptionTable] = SubscriptionTable,
    ) -> None:
        super().__init__()
        if not (isinstance(delimiter, str) and delimiter):
            raise ValueError(f"The delimiter between segments must be a string that is not empty, not {delimiter!r}.")
        self._eventdemo_bus = BusState(self, runner or Runner(), table(delimiter, max_listeners, strict))
        self._eventdemo_bus.observe(())

    def emit(self, event: Any, *args: Any, **kwargs: Any) -> bool:
        """Call the plain listeners of `event`, start its coroutine listeners as tasks; return whether there were any.

        `event` is an `Event`, or a name followed by whatever the listeners take. What a plain listener raises comes out
        of here, and the listeners after it are not called.
        """
        heard = _deliver(self._eventdemo_bus, event, args, kwargs)
        if not heard:
            self._emit_handle_potential_error(event, args[0] if args else None)  # pyee's rule for 'error'
        return heard

    def _call_handlers(self, event: Any, args: Args, kwargs: Kwargs) -> bool:
        """Do what `emit` does, except for that rule. `pyee.uplift` calls this."""
        return _deliver(self._eventdemo_bus, event, args, kwargs)

    async def emit_async(self, event: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call every listener of `event`, wait until the awaited ones have ended, return their results in order.

        If some failed it raises, after all have ended, one `ExceptionGroup` that names the event and those listeners.
        Detached listeners are started and have no result here. Cancelling this cancels the listeners it waits for.
        """
        state = self._eventdemo_bus
        emission = Emission(state, is_awaited=True)
        heard = _deliver(state, event, args, kwargs, emission)
        try:
            if not heard:
                self._emit_handle_potential_error(str(emission.name), args[0] if args else None)
            finished = await state.runner.run(emission.late)
            if len(finished) < len(emission.late):  # the others are detached, and have no result
                detached = {*emission.late} - {*finished}
                return results_or_raise(emission.name, [d for d in emission.deliveries if d not in detached])
            return results_or_raise(emission.name, emission.deliveries)
        finally:
            close_emission(emission)

    async def drain(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - see `Runner.drain`
        """Wait until no listener runs, nor what they start; after `timeout` seconds, raise and name the late ones."""
        await self._eventdemo_bus.runner.drain(timeout)

    def entry_point(self, controller: T) -> T:
        """Return `controller` as callers get it: itself, or in transactions if this bus stores what is emitted."""
        return controller


# The way of one event. These are functions and not methods, because a subclass may have attributes of any short name.


def _deliver(state: BusState, event: Any, args: Args, kwargs: Kwargs, emission: Emission | None = None) -> bool:
    """Call the plain listeners of an event and start the others, in order; return whether there were any.

    `emit_async` hands in an emission that is awaited. It starts the others itself, and raises after all have ended.
    """
    name = event if event.__class__ is str else NAMES.get(event.__class__, event)
    if name is not event:
        args = (event, *args)
    route = state.table.routes.get(name) or state.table.route(name)
    if route.payload is not None and (len(args) != 1 or args[0].__class__ is not route.payload):
        args = (parse(name, *args),)
    if emission is not None or state.records or not route.is_bare:
        emission = open_emission(emission or Emission(state), name, args, kwargs, route)
    pending = iter(route.subscriptions)
    try:
        for subscription in pending:
            if emission is not None:
                _hand_over(emission, subscription)
                continue
            value = subscription.function(*args, **kwargs)  # nothing is to be recorded, so this is all there is to do
            if value is not None and isawaitable(value):
                emission = open_emission(Emission(state), name, args, kwargs, route)
                delivery = Delivery(emission, subscription)
                delivery.rest = value
                emission.late.append(_startable(delivery))
    except BaseException as error:  # noqa: BLE001 - it is raised again
        _skip(emission, pending)
        raise subscription.failure(error)  # noqa: B904 - it is this error, or has it as its context
    finally:
        if emission is not None:
            if emission.observers.all:
                current_delivery.set(emission.parent)
            _start_and_close(emission)
    return route.subscriptions != () if emission is None else emission.deliveries != []


def _hand_over(emission: Emission, subscription: Subscription) -> None:
    """Record a delivery, and call its listener if that is a plain function; else it runs later."""
    if subscription.remaining is not None and not emission.bus.table.consume(subscription):
        return  # an emit inside this one, or in another thread, used up its last call
    delivery = Delivery(emission, subscription)
    if subscription.is_coroutine or emission.is_durable:
        emission.late.append(delivery)
        return
    try:
        if delivery.call():
            emission.late.append(_startable(delivery))
    except Exception as error:
        if not emission.is_awaited:
            raise
        delivery.error = error


def _startable(delivery: Delivery) -> Delivery:
    """Return a delivery that has something left to await, or raise if no loop runs that could await it."""
    try:
        running_loop(delivery.subscription.pattern)
    except NoRunningLoopError as error:
        delivery.end(error)
        raise
    return delivery


def _skip(emission: Emission | None, pending: Iterator[Subscription]) -> None:
    """Record the deliveries that a plain listener prevented by raising out of the emit."""
    if emission is None:
        return
    emission.is_awaited = False  # `emit_async` raises too, without waiting
    for subscription in pending:
        if subscription.remaining != 0:  # used up by an emit inside this one: it would not have been called
            delivery = Delivery(emission, subscription)
            delivery.ended = True
            for hook in emission.observers.skipped:
                hook(delivery)


def open_emission(emission: Emission, name: Hashable, args: Args, kwargs: Kwargs, route: Route) -> Emission:
    state = emission.bus
    emission.name, emission.args, emission.kwargs, emission.may_repeat = name, args, kwargs, route.may_repeat
    emission.is_durable = state.runner.is_durable and name not in UNTYPED
    if route.has_coroutines and not emission.is_durable:
        running_loop(name)  # raises if there is none, before any listener is called
    if emission.observers.all:
        state.emissions += 1
        emission.number, emission.parent = state.emissions, current_delivery.get()
        for hook in emission.observers.emitted:
            hook(emission)
    return emission


def _start_and_close(emission: Emission) -> None:
    if emission.is_awaited:
        return
    try:
        if emission.late:
            emission.bus.runner.start(emission.late)
    finally:
        close_emission(emission)


def close_emission(emission: Emission) -> None:
    for hook in emission.observers.returned:
        hook(emission)
