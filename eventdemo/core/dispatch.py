"""The way of one event: which listeners hear it, in which order, and where a failure is reported.

`deliver` is the way of every event; a `Runner` runs those listeners that are coroutine functions.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from eventdemo.core.delivery import Args, Delivery, Emission, Kwargs, Observers, Subscription, current_delivery, fate_of
from eventdemo.core.events import NAMES, UNTYPED, parse
from eventdemo.core.fates import DONE, Fate, LostError
from eventdemo.core.runner import Runner, running_loop
from eventdemo.core.subscriptions import SubscriptionTable

_reporting: ContextVar[bool] = ContextVar("eventdemo_reporting", default=False)
"""Whether this is a listener of 'error' or what it led to. A failure in there is not reported to 'error' again."""


@dataclass(slots=True, eq=False)
class BusState:
    """Everything that a bus keeps. It is one attribute, `_eventdemo_bus`, so subclasses may use all other names."""

    emit: Callable[..., bool]  # the bus's own: a subclass may override it
    runner: Runner
    table: SubscriptionTable
    observers: Observers = Observers()  # noqa: RUF009 - it has no state that changes
    emissions: int = 0

    def reports_errors(self) -> bool:
        """Return whether listeners of 'error' hear of a failure that no emitter waits for."""
        route = self.table.routes.get("error") or self.table.route("error")
        return not _reporting.get() and route.subscriptions != ()

    def report(self, delivery: Delivery, future: Any) -> None:
        """Report a failure that no emitter waits for, once its task is done: to 'error', or to the loop's handler."""
        subscription = delivery.subscription
        try:
            error = future.exception()
        except asyncio.CancelledError as cancelled:
            error = None if future.cancelling() else subscription.failure(cancelled)
        if error is not None and self.reports_errors():
            _reporting.set(True)  # until this callback ends: each has a copy of the context for itself
            self.emit("error", error)
        elif error is not None:
            message = f"listener {subscription.name} of {subscription.pattern!r} failed and no emitter was waiting"
            future.get_loop().call_exception_handler({"message": message, "exception": error, "future": future})


def deliver(state: BusState, event: Any, args: Args, kwargs: Kwargs, awaited: Emission | None = None) -> bool:
    """Call the plain listeners of an event, and start the others unless `emit_async` does; return if there are any."""
    name = event if event.__class__ is str else NAMES.get(event.__class__, event)
    if name is not event:
        args = (event, *args)
    route = state.table.routes.get(name) or state.table.route(name)
    if route.payload is not None and (len(args) != 1 or args[0].__class__ is not route.payload):
        args = (parse(name, *args),)
    pending = iter(route.subscriptions)
    is_durable = state.runner.is_durable and name not in UNTYPED
    if awaited is not None or state.observers.all or is_durable or not route.is_bare:
        if route.has_coroutines and not is_durable:
            running_loop(name)  # raises if there is none, before any listener is called
        emission = awaited or Emission(state)
        emission.begin(name, args, kwargs, route, is_durable=is_durable)
        return _hand_over(emission, pending)
    try:
        for subscription in pending:
            value = subscription.function(*args, **kwargs)  # nothing is to be recorded, so this is all there is to do
            if value is not None and isawaitable(value):
                emission = Emission(state)
                emission.begin(name, args, kwargs, route)
                _leave(Delivery(emission, subscription), value)
                return _hand_over(emission, pending)
    except asyncio.CancelledError as error:
        raise subscription.failure(error) from error
    return route.subscriptions != ()


def _hand_over(emission: Emission, pending: Iterator[Subscription]) -> bool:
    """Call the listeners that are plain functions, and start the others; return whether there were any."""
    args, kwargs, deliveries = emission.args, emission.kwargs, emission.deliveries
    observed, time = bool(emission.observers.all), emission.observers.time  # this loop is what an observed emit costs
    try:
        for subscription in pending:
            if subscription.remaining is not None and not emission.bus.table.consume(subscription):
                continue  # an emit inside this one, or in another thread, used up its last call
            delivery = Delivery(emission, subscription)
            if subscription.is_coroutine or emission.is_durable:
                emission.late += (delivery,)
                continue
            if observed:
                delivery.start(delivery.due)
            try:
                value = delivery.call() if kwargs or subscription.pass_event_name else subscription.function(*args)
            except BaseException as error:  # noqa: BLE001 - raised there, unless it is logged or `emit_async` raises it
                failure = subscription.failure(error)
                delivery.decide(failure)
                delivery.fail(failure, keep=emission.is_awaited)
                continue
            if value is not None and isawaitable(value):
                _leave(delivery, value)
                continue
            delivery.value = value
            if observed:
                delivery.ended = emission.now = time()
                delivery.fate = fate_of(delivery, None) if emission.route.may_repeat else DONE
    except BaseException as error:
        _skip(emission, pending, error)
        raise
    finally:
        dispatch(emission)
    return deliveries != []


def _leave(delivery: Delivery, rest: Any) -> None:
    """Leave what a plain listener returned to the runner, or raise if no loop runs that could await it."""
    running_loop(delivery.subscription.pattern)
    delivery.rest = rest
    delivery.emission.late += (delivery,)


def _skip(emission: Emission, pending: Iterator[Subscription], error: BaseException) -> None:
    """Record what a plain listener raised out of the emit, and the deliveries that it prevented."""
    emission.is_awaited = False  # `emit_async` raises too, without waiting
    emission.deliveries[-1].decide(error)
    for subscription in pending:
        if subscription.remaining != 0:  # used up by an emit inside this one: it would not have been called
            Delivery(emission, subscription).decide(LostError(Fate.SKIPPED))


def dispatch(emission: Emission) -> None:
    """Report the deliveries, and unless `emit_async` does so, start those that are left to the runner."""
    observers = emission.observers
    if observers.all:
        current_delivery.set(emission.parent)
        for hook in observers.dispatched:
            hook(emission)
        for hook in observers.ended:
            for delivery in emission.deliveries:
                if delivery.fate is not None:
                    hook(delivery)
    if not emission.is_awaited:
        try:
            if emission.late:
                emission.bus.runner.start(emission.late)
        finally:
            close(emission)


def close(emission: Emission) -> None:
    observers = emission.observers
    if observers.all:
        emission.returned = observers.time() if emission.late else emission.now
        for hook in observers.returned:
            hook(emission)
    else:
        emission.deliveries, emission.late = [], ()  # no reader is left, and a cycle of references would cost time


def results_or_raise(emission: Emission, finished: Sequence[Delivery]) -> list[Any]:
    """Return the values in order, or raise one `ExceptionGroup` that names the event and each listener that failed."""
    deliveries = emission.deliveries
    if len(finished) < len(emission.late):  # some are detached, and have no result here
        detached = {*emission.late}.difference(finished)
        deliveries = [each for each in deliveries if each not in detached]
    failed = [(each.subscription.name, each.error) for each in deliveries if each.error is not None]
    if not failed:
        return [each.value for each in deliveries]
    for name, error in failed:
        error.add_note(f"raised by listener {name} of {emission.name!r}")
    names = ", ".join(name for name, _ in failed)
    message = f"{len(failed)} of {len(deliveries)} awaited listeners of {emission.name!r} failed: {names}"
    raise ExceptionGroup(message, [error for _, error in failed])
