"""Registering and removing listeners: the half of the bus that does not emit.

`bus.py` adds the other half. The table of subscriptions itself is in `subscriptions.py`.
"""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from inspect import isasyncgenfunction, isgeneratorfunction
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pyee import EventEmitter

from eventdemo.core.delivery import DeliveryMode, Function, Observer, Observers, Subscription, listener_name
from eventdemo.core.events import Event, name_of
from eventdemo.core.on_event import declared_subscriptions
from eventdemo.core.runner import running_loop
from eventdemo.core.subscriptions import ON_ANY

if TYPE_CHECKING:
    from eventdemo.core.bus import BusState

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Function)


class Registration(EventEmitter):
    """Which listener hears what, in which order; by name, by pattern, by event class, by declared method."""

    _eventdemo_bus: "BusState"

    @overload
    def on(self, event: str, *, delivery: DeliveryMode = ...) -> Callable[[F], F]: ...
    @overload
    def on(self, event: str, f: F, *, delivery: DeliveryMode = ...) -> F: ...
    @overload
    def on(
        self, event: type[E], *, delivery: DeliveryMode = ...
    ) -> Callable[[Callable[[E], Any]], Callable[[E], Any]]: ...
    @overload
    def on(self, event: type[E], f: Callable[[E], Any], *, delivery: DeliveryMode = ...) -> Callable[[E], Any]: ...
    def on(self, event: Any, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Call `f` for each `event`: a name, a pattern (`user.*`, `user.**`) or an event class.

        Without `f` it is a decorator. A function registered twice is called twice.
        """
        return _register(self, event, f, mode=delivery)

    def once(self, event: Any, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, for one call; the listener is removed before it is called, even if it is a coroutine function."""
        return _register(self, event, f, mode=delivery, remaining=1)

    def many(self, event: Any, ttl: int, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, for at most `ttl` calls."""
        if type(ttl) is not int or ttl < 1:
            raise ValueError(f"many() needs a whole number of calls, at least 1, not {ttl!r}.")
        return _register(self, event, f, mode=delivery, remaining=ttl)

    def prepend_listener(self, event: Any, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, but `f` is called before every listener registered so far."""
        return _register(self, event, f, mode=delivery, first=True)

    def on_any(self, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Call `f(name, *args)` for every event, in its place in the registration order."""
        return _register(self, ON_ANY, f, mode=delivery, pass_event_name=True)

    def _add_event_handler(self, event: Any, k: Function, v: Function | Subscription) -> None:
        """Register `k`. Every way of registering ends here, as in pyee, so a subclass may override this method.

        `v` is what to call: the listener itself, or its `Subscription` if it has options.
        """
        table = self._eventdemo_bus.table
        pattern = _checked(self, name_of(event))
        if not callable(k):
            raise TypeError(f"A listener must be callable; for {pattern!r} you gave {k!r}.")
        if isgeneratorfunction(k) or isasyncgenfunction(k):
            raise TypeError(f"{listener_name(k)} has a `yield`, so calling it would not run a line of it.")
        if table.under("new_listener"):
            self.emit("new_listener", pattern, k)
        table.add(v if isinstance(v, Subscription) else Subscription(pattern, k, function=v))
        table.warn_past_limit(pattern)

    def subscribe(self, obj: object) -> None:
        """Register the methods of `obj` that have an `@on_event`, in the order in which they are written."""
        if any(known.owner is obj for known in self._eventdemo_bus.table.all()):
            raise ValueError(f"{obj!r} is subscribed already: twice would call each of its listeners twice.")
        if not (made := declared_subscriptions(obj)):
            raise ValueError(f"{obj!r} has no method marked with @on_event, so there is nothing to subscribe.")
        for subscription in made:
            _checked(self, subscription.pattern)  # all of them first: an object listens as a whole or not at all
        for subscription in made:
            self._add_event_handler(subscription.pattern, subscription.listener, subscription)

    def unsubscribe(self, obj: object) -> None:
        """Undo `subscribe(obj)`."""
        table = self._eventdemo_bus.table
        if not (made := [known for known in table.all() if known.owner is obj]):
            raise ValueError(f"{obj!r} is not subscribed, so it cannot be unsubscribed.")
        for subscription in made:
            table.remove(subscription.pattern, subscription)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Let `observer` hear of every emit and delivery from now on; call what this returns to stop."""
        state = self._eventdemo_bus

        def stop() -> None:
            state.observers = Observers(*(known for known in state.observers.all if known is not observer))

        state.observers = Observers(*state.observers.all, observer)
        return stop

    def observers(self) -> tuple[Observer, ...]:
        """Return the observers of this bus."""
        return self._eventdemo_bus.observers.all

    def subscriptions(self, event: Any = None) -> list[Subscription]:
        """Return what a name reaches, or what is registered under exactly a pattern, or all, in calling order."""
        table = self._eventdemo_bus.table
        if event is None:
            return table.all()
        name = name_of(event)
        return table.under(name) if table.is_pattern(name) else table.reached(name)

    def listeners(self, event: Any) -> list[Function]:
        """Return the listeners that a name reaches, or those under exactly a pattern, in calling order."""
        return [subscription.listener for subscription in self.subscriptions(event)]

    def event_names(self) -> set[Any]:
        """Return every name and pattern that has a listener."""
        return self._eventdemo_bus.table.names() - {ON_ANY}

    def remove_listener(self, event: Any, f: Function) -> None:
        """Remove `f` from `event`; if it was registered several times, the first of them, and if never, nothing."""
        self._eventdemo_bus.table.remove(name_of(event), f)

    def off_any(self, f: Function) -> None:
        """Undo `on_any(f)`."""
        self._eventdemo_bus.table.remove(ON_ANY, f)

    def remove_all_listeners(self, event: Any = None) -> None:
        """Remove every listener of a name or pattern, or of the whole bus."""
        table = self._eventdemo_bus.table
        for pattern in table.names() if event is None else [name_of(event)]:
            table.clear(pattern)

    def wait_for(self, event: Any, timeout: float | None = None) -> asyncio.Future[Any]:
        """Return a future of the next `event`: its payload, or a tuple if it has several. It listens from this call on.

        `timeout` is in seconds; after it the future raises `TimeoutError`. Any thread may emit the event.
        """
        loop, thread = running_loop(name_of(event)), get_ident()
        future = loop.create_future()

        def settle(with_outcome: Callable[[Any], None], outcome: Any) -> None:
            if not future.done():
                with_outcome(outcome)

        def keep(*args: Any, **_: Any) -> None:
            payload = args[0] if len(args) == 1 else args
            if get_ident() == thread:
                settle(future.set_result, payload)
            else:
                with suppress(RuntimeError):  # the loop is closed, so nothing waits there any more
                    loop.call_soon_threadsafe(settle, future.set_result, payload)

        subscription = Subscription(name_of(event), keep, remaining=1)
        self._add_event_handler(event, keep, subscription)
        future.add_done_callback(lambda _: self._eventdemo_bus.table.remove(subscription.pattern, subscription))
        if timeout is not None:
            late = TimeoutError(f"No {name_of(event)!r} within {timeout} s.")
            timer = loop.call_later(timeout, settle, future.set_exception, late)
            future.add_done_callback(lambda _: timer.cancel())
        return future


def _register(bus: Registration, event: Any, listener: Function | None, **options: Any) -> Any:
    if listener is None:
        return partial(_register, bus, event, **options)
    plain = options == {"mode": DeliveryMode.AWAITED} or not callable(listener)
    bus._add_event_handler(event, listener, listener if plain else Subscription(name_of(event), listener, **options))  # noqa: SLF001
    return listener


def _checked(bus: Registration, name: Hashable) -> Hashable:
    """Return `name` if one can listen to it, or raise an error that says what is wrong with it."""
    several = isinstance(name, list)
    if isinstance(name, tuple) and name:  # a tuple is a name, unless it holds event classes or strings
        several = any(isinstance(part, type) for part in name) or all(isinstance(part, str) for part in name)
    if several:
        raise TypeError(f"One call registers one event, not {name!r}: call it once for each, or use a pattern.")
    table = bus._eventdemo_bus.table  # noqa: SLF001 - this is the bus
    if name is not ON_ANY and not table.is_pattern(name):
        table.payload(name)
    return name
