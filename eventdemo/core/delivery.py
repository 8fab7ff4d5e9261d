"""The three records of the core: a subscription, an emission, and a delivery of the one to the other.

A delivery knows how to call its listener and reports each step to the observers. `runner.py` decides when the coroutine
listeners among them run.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from inspect import isawaitable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from eventdemo.core.bus import BusState

Function = Callable[..., Any]
Body = Callable[[], Coroutine[Any, Any, Any]]
log = logging.getLogger("eventdemo.core.bus")


class DeliveryMode(Enum):
    """Whether `emit_async` waits for a listener."""

    AWAITED = "awaited"
    """`emit_async` returns after the listener has finished."""

    DETACHED = "detached"
    """The emitter never waits: the listener runs on a later turn of the loop, as a task that `drain` waits for."""


@dataclass(slots=True, eq=False)
class Subscription:
    """One listener under one name or pattern."""

    pattern: Hashable
    listener: Function
    mode: DeliveryMode = DeliveryMode.AWAITED
    remaining: int | None = None
    """Calls left before the listener is removed; None means no limit."""
    suppress_errors: bool = False
    """Log what the listener raises instead of passing it on."""
    pass_event_name: bool = False
    """Call the listener with the event's name first, as `on_any` does."""
    first: bool = False
    """Deliver to this listener before all those registered so far."""
    function: Function = None  # type: ignore[assignment]  # see __post_init__
    """What to call: `listener`, unless a subclass of the bus wraps it."""
    order: int = 0
    """Deliveries are made in ascending order. The table of subscriptions assigns it."""
    name: str = field(init=False)
    """The listener's name in messages, traces and ledgers."""
    is_coroutine: bool = field(init=False)
    """Whether it runs as a task; a detached plain function does too."""
    is_bare: bool = field(init=False)
    """Whether calling `function` with the event's arguments is all there is to do."""

    def __post_init__(self) -> None:
        if cast("Function | None", self.function) is None:  # not `or`: a mock notes who asks for its truth
            self.function = self.listener
        returns_coroutine = is_coroutine_function(self.function)
        self.name = listener_name(self.listener)
        self.is_coroutine = returns_coroutine or self.mode is DeliveryMode.DETACHED
        self.is_bare = self.is_coroutine is returns_coroutine and not (self.suppress_errors or self.pass_event_name)

    def failure(self, error: BaseException) -> BaseException:
        """Return what the listener raised; a `CancelledError` of its own as an `Exception`."""
        return ListenerCancelledError(self.name) if isinstance(error, asyncio.CancelledError) else error


class Emission:
    """One call of `emit` or `emit_async`. Defaults are on the class, because most emissions change few of them."""

    name: Hashable = ""
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = MappingProxyType({})
    is_durable = False
    """Whether its deliveries go on without this process: then they are not lost when the process dies."""
    may_repeat = False
    """Whether two of its listeners may be the same function."""
    number = 0
    """Its position among the emissions of an observed bus, from 1."""
    parent: "Delivery | None" = None
    """The delivery during which this was emitted; None outside of any listener."""

    def __init__(self, bus: "BusState", *, is_awaited: bool = False) -> None:
        self.bus = bus
        self.observers = bus.observers
        """They hear of this emission to its end, and later ones do not."""
        self.is_awaited = is_awaited
        """Whether `emit_async` waits for its deliveries, and raises their errors after all have ended."""
        self.deliveries: list[Delivery] = []
        self.late: list[Delivery] = []
        """Those deliveries that the runner gets: coroutine functions, and awaitables that plain functions returned."""


class Delivery:
    """One event handed to one listener, from the moment that the listener is chosen to the delivery's fate."""

    ended = False
    value: Any = None
    """What the listener returned."""
    error: Exception | None = None
    """What it raised, if `emit_async` is to raise it."""
    rest: Any = None
    """What is left to await after the listener was called."""

    def __init__(self, emission: Emission, subscription: Subscription) -> None:
        self.emission = emission
        self.subscription = subscription
        self.position = len(emission.deliveries)
        """Its position among the deliveries of its emission, from 0."""
        self.error_observed = not (subscription.is_coroutine or emission.is_durable)
        """Whether an exception reaches the emitter or a listener of 'error'."""
        emission.deliveries.append(self)
        for hook in emission.observers.delivered:
            hook(self)

    def call(self) -> bool:
        """Call the listener here and now; return whether something is left to await, in `rest`."""
        emission, subscription = self.emission, self.subscription
        args = (emission.name, *emission.args) if subscription.pass_event_name else emission.args
        if emission.observers.all:
            current_delivery.set(self)  # until its task or the emit ends: `_deliver` sets it back
        for hook in emission.observers.started:
            hook(self)
        try:
            value = subscription.function(*args, **emission.kwargs)
        except BaseException as error:  # noqa: BLE001 - it is raised there
            self._failed(subscription.failure(error))  # nothing can cancel a plain function
            return False
        if value is not None and isawaitable(value):
            self.rest = value
            return True
        self.value = value
        self.end(None)
        return False

    async def run(self) -> Any:
        """Call the listener, unless that is done, and await the rest, as the body of a task."""
        if self.rest is None and not self.call():
            return self.value
        rest, self.rest = self.rest, None  # an observer may hold this delivery, which must not hold the task
        if self.emission.observers.all:
            current_delivery.set(self)
        try:
            self.value = await rest
        except BaseException as error:  # noqa: BLE001 - it is raised there
            self._failed(error if is_cancellation(error) else self.subscription.failure(error))
        else:
            self.end(None)
        return self.value

    def coroutine(self) -> Coroutine[Any, Any, Any]:
        """Return the body of the task: what `wrap` put around the listener, or else this."""
        if self.emission.observers.all or not self.subscription.is_bare or self.rest is not None:
            return self.run()
        try:  # nothing but the listener's own coroutine is needed
            return self.subscription.function(*self.emission.args, **self.emission.kwargs)  # type: ignore[no-any-return]
        except Exception:  # noqa: BLE001 - the arguments do not fit, which is a failure of this listener like others
            return self.run()

    def wrap(self, around: Callable[[Body], Coroutine[Any, Any, Any]]) -> None:
        """Have the task run `around(body)`, which awaits `body()` where the listener may run: under a lock, or once."""
        self.coroutine = partial(around, self.coroutine)  # type: ignore[method-assign]

    def end(self, error: BaseException | None) -> None:
        """Report how this ended to the observers, once: a delivery that was lost with its process has ended before."""
        if not self.ended:
            self.ended = True
            for hook in self.emission.observers.ended:
                hook(self, error)

    def _failed(self, error: BaseException) -> None:
        """End with an error, and log or raise it."""
        self.end(error)
        if not (self.subscription.suppress_errors and isinstance(error, Exception)):
            raise error
        log.error("listener %s of %r failed", self.subscription.name, self.emission.name, exc_info=error)


current_delivery: ContextVar[Delivery | None] = ContextVar("eventdemo_delivery", default=None)
"""The delivery during which the current code runs. Tasks inherit it, so a chain of emits keeps its history."""


class Observer:
    """Hears what the bus does. Override what you need; a hook must be quick and must neither raise nor emit."""

    def for_instance(self, instance: str) -> "Observer":
        """Return the observer for the bus of another instance: by default the same one."""
        return self

    def emitted(self, emission: Emission) -> None:
        """An emit has begun, and no listener has been chosen yet."""

    def delivered(self, delivery: Delivery) -> None:
        """A listener was chosen. A plain function is called at once, a coroutine function on a later turn."""

    def started(self, delivery: Delivery) -> None:
        """The listener's first line is about to run."""

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        """The listener returned (None), raised, or was cancelled, possibly before its first line."""

    def skipped(self, delivery: Delivery) -> None:
        """A plain listener before this one raised out of `emit`, so this one is never called."""

    def returned(self, emission: Emission) -> None:
        """`emit` or `emit_async` is about to return or raise."""


class Observers:
    """The observers of a bus, and for each hook those that override it: the others cost nothing there."""

    def __init__(self, observers: tuple[Observer, ...]) -> None:
        self.all = observers
        self.emitted = self._overriding(Observer.emitted)
        self.delivered = self._overriding(Observer.delivered)
        self.started = self._overriding(Observer.started)
        self.ended = self._overriding(Observer.ended)
        self.skipped = self._overriding(Observer.skipped)
        self.returned = self._overriding(Observer.returned)

    def _overriding(self, default: Function) -> list[Function]:
        hooks = [getattr(each, default.__name__) for each in self.all]
        return [hook for hook in hooks if getattr(hook, "__func__", None) is not default]


class ListenerCancelledError(Exception):
    """A listener ended with a `CancelledError` although its emitter was not cancelled: it failed, like others."""

    def __init__(self, listener: str) -> None:
        super().__init__(f"{listener} was cancelled, or something that it awaited was")


def is_cancellation(error: BaseException) -> bool:
    """Return whether `error` is a cancellation of the running task, and not one of something that it waited for."""
    task = asyncio.current_task() if isinstance(error, asyncio.CancelledError) else None
    return task is not None and task.cancelling() > 0


def is_coroutine_function(fn: Function) -> bool:
    """Return whether calling `fn` gives a coroutine: an async function, its partial or method, an async `__call__`."""
    # The type's `__call__`: calling a class makes an instance, whatever calling the instance would do.
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(type(fn), "__call__", None))  # noqa: B004


def listener_name(fn: Function) -> str:
    """Return the last part of a function's qualified name: `unsubscribe_from_topics`."""
    if isinstance(fn, partial):
        fn = fn.func
    return str(getattr(fn, "__name__", None) or type(fn).__name__)
