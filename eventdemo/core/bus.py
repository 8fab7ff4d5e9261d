"""The event bus: how to register listeners and to emit events.

`EventBus` is a `pyee.EventEmitter` with what the article uses of EventEmitter2, made sound. `dispatch.py` has the way
of an event, and `subscriptions.py` the table of listeners.
`docs/reference/differences.md` lists every difference from EventEmitter2 and pyee, each with its test.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from inspect import isasyncgenfunction, isgeneratorfunction
from threading import get_ident
from typing import Any, TypeVar, overload

from pyee import EventEmitter

from eventdemo.core.delivery import DeliveryMode, Emission, Function, Observer, Observers, Subscription, listener_name
from eventdemo.core.dispatch import BusState, close, deliver, results_or_raise
from eventdemo.core.events import Event, name_of
from eventdemo.core.on_event import declared_subscriptions
from eventdemo.core.runner import Runner, running_loop
from eventdemo.core.subscriptions import ON_ANY, SubscriptionTable

T = TypeVar("T")
E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Function)
Hears = Callable[[E], Any]


class EventBus(EventEmitter):
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
        self._eventdemo_bus = BusState(self.emit, runner or Runner(), table(delimiter, max_listeners, strict))

    @overload
    def on(self, event: str, *, delivery: DeliveryMode = ...) -> Callable[[F], F]: ...
    @overload
    def on(self, event: str, f: F, *, delivery: DeliveryMode = ...) -> F: ...
    @overload
    def on(self, event: type[E], *, delivery: DeliveryMode = ...) -> Callable[[Hears[E]], Hears[E]]: ...
    @overload
    def on(self, event: type[E], f: Hears[E], *, delivery: DeliveryMode = ...) -> Hears[E]: ...
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
        table.check(pattern := name_of(event))
        if not callable(k):
            raise TypeError(f"A listener must be callable; for {pattern!r} you gave {k!r}.")
        if isgeneratorfunction(k) or isasyncgenfunction(k):
            raise TypeError(f"{listener_name(k)} has a `yield`, so calling it would not run a line of it.")
        if table.under("new_listener"):
            self.emit("new_listener", pattern, k)
        table.add(v if isinstance(v, Subscription) else Subscription(pattern, k, function=v))

    def subscribe(self, obj: object) -> None:
        """Register the methods of `obj` that have an `@on_event`, in the order in which they are written."""
        if any(known.owner is obj for known in self._eventdemo_bus.table.all()):
            raise ValueError(f"{obj!r} is subscribed already: twice would call each of its listeners twice.")
        if not (made := declared_subscriptions(obj)):
            raise ValueError(f"{obj!r} has no method marked with @on_event, so there is nothing to subscribe.")
        for subscription in made:  # all of them first: an object listens as a whole or not at all
            self._eventdemo_bus.table.check(subscription.pattern)
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

        self.once(event, keep)
        future.add_done_callback(lambda _: self.remove_listener(event, keep))
        if timeout is not None:
            late = TimeoutError(f"No {name_of(event)!r} within {timeout} s.")
            timer = loop.call_later(timeout, settle, future.set_exception, late)
            future.add_done_callback(lambda _: timer.cancel())
        return future

    def emit(self, event: Any, *args: Any, **kwargs: Any) -> bool:
        """Call the plain listeners of `event`, start its coroutine listeners as tasks; return whether there were any.

        `event` is an `Event`, or a name followed by whatever the listeners take. What a plain listener raises comes out
        of here, and the listeners after it are not called.
        """
        heard = deliver(self._eventdemo_bus, event, args, kwargs)
        if not heard:
            self._emit_handle_potential_error(event, args[0] if args else None)  # pyee's rule for 'error'
        return heard

    def _call_handlers(self, event: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Do what `emit` does, except for that rule. `pyee.uplift` calls this."""
        return deliver(self._eventdemo_bus, event, args, kwargs)

    async def emit_async(self, event: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call every listener of `event`, wait until the awaited ones have ended, return their results in order.

        If some failed it raises, after all have ended, one `ExceptionGroup` that names the event and those listeners.
        Detached listeners are started and have no result here. Cancelling this cancels the listeners it waits for.
        """
        state = self._eventdemo_bus
        emission = Emission(state, is_awaited=True)
        heard = deliver(state, event, args, kwargs, emission)
        try:
            if not heard:
                self._emit_handle_potential_error(str(emission.name), args[0] if args else None)
            return results_or_raise(emission, await state.runner.run(emission.late))
        finally:
            close(emission)

    async def drain(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - see `Runner.drain`
        """Wait until no listener runs, nor what they start; after `timeout` seconds, raise and name the late ones."""
        await self._eventdemo_bus.runner.drain(timeout)

    def entry_point(self, controller: T) -> T:
        """Return `controller` as callers get it: itself, or in transactions if this bus stores what is emitted."""
        return controller


def _register(bus: EventBus, event: Any, listener: Function | None, **options: Any) -> Any:
    if listener is None:
        return partial(_register, bus, event, **options)
    plain = options == {"mode": DeliveryMode.AWAITED} or not callable(listener)
    bus._add_event_handler(event, listener, listener if plain else Subscription(name_of(event), listener, **options))  # noqa: SLF001
    return listener
