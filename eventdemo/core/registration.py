"""Registering and removing listeners: the half of the bus that does not emit.

`bus.py` adds the other half. The table of subscriptions itself is in `subscriptions.py`.
"""

import asyncio
from collections.abc import Callable, Hashable
from functools import partial
from inspect import isasyncgenfunction, isgeneratorfunction
from itertools import starmap
from typing import Any, TypeVar, cast, overload

from pyee import EventEmitter

from eventdemo.core.delivery import DeliveryMode, Function, Observer, Subscription, listener_name
from eventdemo.core.events import Event, event_class, name_of
from eventdemo.core.matching import ANY
from eventdemo.core.on_event import ListenerDeclaration, marked_methods
from eventdemo.core.subscriptions import Route, SubscriptionTable

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Function)
UNTYPED = frozenset({"error", "new_listener"})
"""Names of pyee's own events, which a strict bus lets pass."""


class NoRunningLoopError(RuntimeError):
    """Outside of a running event loop, an `emit` reached a listener that needs one, or somebody called `wait_for`."""


class Registration(EventEmitter):
    """Who listens to what, in which order; by name, by pattern, by event class, by marked method."""

    def __init__(self, *, delimiter: str, max_listeners: int, strict: bool) -> None:
        super().__init__()
        self._strict = strict
        self._table = SubscriptionTable(delimiter, max_listeners)
        self._observers: tuple[Observer, ...] = ()
        self._watched = strict  # whether an emit has more to do than to call plain functions
        self._subscribed: list[tuple[object, list[Subscription]]] = []

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
        return self._registered(event, f, mode=delivery)

    def once(self, event: Any, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, for one call; the listener is removed before it is called, even if it is a coroutine function."""
        return self._registered(event, f, mode=delivery, remaining=1)

    def many(self, event: Any, ttl: int, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, for at most `ttl` calls."""
        if ttl < 1:
            raise ValueError(f"many() needs a ttl of at least 1 call, not {ttl}.")
        return self._registered(event, f, mode=delivery, remaining=ttl)

    def prepend_listener(self, event: Any, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Like `on`, but `f` is called before every listener registered so far."""
        return self._registered(event, f, mode=delivery, first=True)

    def on_any(self, f: Any = None, *, delivery: DeliveryMode = DeliveryMode.AWAITED) -> Any:
        """Call `f(name, *args)` for every event, in its place in the registration order."""
        return self._registered(ANY, f, mode=delivery, pass_event_name=True)

    def _add_event_handler(self, event: str, k: Function, v: Function) -> None:
        """Take part in pyee's `add_listener` and `listens_to`."""
        self._added(event, k)

    def _registered(self, event: Any, fn: Function | None, **options: Any) -> Any:
        if fn is None:
            return lambda fn: self._registered(event, fn, **options)
        self._added(event, fn, **options)
        return fn

    def _added(self, event: Any, fn: Function, *, first: bool = False, **options: Any) -> Subscription:
        pattern = self._checked(name_of(event))
        if not callable(fn):
            raise TypeError(f"A listener must be callable; for {pattern!r} you gave {fn!r}.")
        if isgeneratorfunction(fn) or isasyncgenfunction(fn):
            raise TypeError(f"{listener_name(fn)} has a `yield`: calling it would not run a line of it.")
        if self._table.under("new_listener"):
            self.emit("new_listener", pattern, fn)
        subscription = Subscription(pattern, fn, **options)
        with self._lock:
            add = self._table.prepend if first else self._table.append
            add(subscription)
        self._table.warn_past_limit(pattern)  # outside of the lock: who shows the warning may use the bus
        return subscription

    def _checked(self, name: Hashable) -> Hashable:
        """Return `name` if one can listen to it, or say what is wrong with it."""
        if name == "":
            raise ValueError("An event needs a name: the empty string is none.")
        if self._strict and name not in UNTYPED and not self._table.is_pattern(name):
            event_class(cast("str", name))
        return name

    def subscribe(self, obj: object) -> None:
        """Register the methods of `obj` that are marked with `@on_event`, in the order in which they are written."""
        if any(known is obj for known, _ in self._subscribed):
            raise ValueError(f"{obj!r} is subscribed already: twice would call each of its listeners twice.")
        if not (marks := list(marked_methods(obj))):
            raise ValueError(f"{obj!r} has no method marked with @on_event, so there is nothing to subscribe.")
        for mark, _ in marks:
            self._checked(mark.pattern)  # all of them first: an object listens as a whole or not at all
        self._subscribed.append((obj, list(starmap(self._listening, marks))))

    def _listening(self, mark: ListenerDeclaration, method: Function) -> Subscription:
        return self._added(mark.pattern, method, mode=mark.mode, suppress_errors=mark.suppress_errors)

    def unsubscribe(self, obj: object) -> None:
        """Undo `subscribe(obj)`."""
        made = [subscription for known, made in self._subscribed if known is obj for subscription in made]
        if not made:
            raise ValueError(f"{obj!r} is not subscribed, so it cannot be unsubscribed.")
        self._subscribed = [entry for entry in self._subscribed if entry[0] is not obj]
        for subscription in made:
            self._withdraw(subscription)

    def _withdraw(self, subscription: Subscription) -> None:
        """Remove exactly this subscription, if it is still there."""
        with self._lock:
            self._table.remove(subscription.pattern, lambda s: s is subscription)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Tell `observer` of every emit and delivery from now on; call what this returns to stop."""
        self._observers += (observer,)
        self._watched = True
        return partial(self._stop_observing, observer)

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who is told what this bus does."""
        return self._observers

    def _stop_observing(self, observer: Observer) -> None:
        self._observers = tuple(o for o in self._observers if o is not observer)
        self._watched = self._strict or bool(self._observers)

    # Asking and removing

    def listeners(self, event: Any) -> list[Function]:
        """Return who would be called for a name, or who is registered under exactly a pattern, in calling order."""
        name = name_of(event)
        found = self._table.under(name) if self._table.is_pattern(name) else self._plan(name).subscriptions
        return [subscription.listener for subscription in found]

    def event_names(self) -> set[Any]:
        """Return every name and pattern that has a listener."""
        return self._table.names()

    def remove_listener(self, event: Any, f: Function) -> None:
        """Remove `f` from `event`; if it was registered several times, the first of them, and if never, nothing."""
        self._remove(name_of(event), f, pass_event_name=False)

    def off_any(self, f: Function) -> None:
        """Undo `on_any(f)`."""
        self._remove(ANY, f, pass_event_name=True)

    def _remove(self, pattern: Hashable, fn: Function, *, pass_event_name: bool) -> bool:
        with self._lock:
            return self._table.remove(pattern, lambda s: s.listener == fn and s.pass_event_name is pass_event_name)

    def remove_all_listeners(self, event: Any = None) -> None:
        """Remove every listener of a name or pattern, or of the whole bus."""
        with self._lock:
            for pattern in self._table.names() if event is None else [name_of(event)]:
                self._table.clear(pattern)
        if event is None:
            self._subscribed.clear()

    def wait_for(self, event: Any, timeout: float | None = None) -> asyncio.Future[Any]:
        """Return a future of the next `event`: its payload, or a tuple if it has several. It listens from this call on.

        `timeout` is in seconds; after it the future raises `TimeoutError`.
        """
        future = self._running_loop(name_of(event)).create_future()

        def keep(*args: Any, **_: Any) -> None:
            if not future.done():
                future.set_result(args[0] if len(args) == 1 else args)

        def give_up() -> None:
            if not future.done():
                future.set_exception(TimeoutError(f"No {name_of(event)!r} within {timeout} s."))

        subscription = self._added(event, keep, remaining=1)
        future.add_done_callback(lambda _: self._withdraw(subscription))
        if timeout is not None:
            timer = future.get_loop().call_later(timeout, give_up)
            future.add_done_callback(lambda _: timer.cancel())
        return future

    def _plan(self, name: Hashable) -> Route:
        """Return what `name` reaches; worked out under the lock, so that no thread changes the table meanwhile."""
        if (known := self._table.plans.get(name)) is not None:
            return known
        with self._lock:
            return self._table.plan(name)

    def _running_loop(self, event: Any) -> asyncio.AbstractEventLoop:
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            raise NoRunningLoopError(
                f"A coroutine or detached listener of {event!r}, or waiting for it, needs a running event loop, and "
                "there is none here. Do this inside `asyncio.run(main())`, or register a plain function."
            ) from None
