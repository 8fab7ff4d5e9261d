"""The three records of the core: a subscription, an emission, and a delivery of the one to the other.

A delivery knows how to call its listener, and reports to observers. `runner.py` decides when coroutine listeners run.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from inspect import isawaitable
from time import perf_counter
from types import FunctionType
from typing import TYPE_CHECKING, Any

from eventdemo.core.fates import DONE, Fate, LostError

if TYPE_CHECKING:
    from eventdemo.core.dispatch import BusState
    from eventdemo.core.subscriptions import Route

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
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
    remaining: int | None = None  # calls left before the listener is removed; None means no limit
    suppress_errors: bool = False  # log what the listener raises instead of passing it on
    pass_event_name: bool = False  # call the listener with the event's name first, as `on_any` does
    first: bool = False  # deliver to this listener before all those registered so far
    function: Any = None  # what to call: `listener`, unless a subclass of the bus wraps it
    owner: object = None  # the object whose method it is, if it was registered by `subscribe`
    order: int = 0  # deliveries are made in ascending order. The table of subscriptions assigns it
    name: str = field(init=False)  # the listener's name in messages, traces and ledgers
    is_coroutine: bool = field(init=False)  # whether it runs as a task; a detached plain function does too
    is_bare: bool = field(init=False)  # whether calling `function` with the event's arguments is all there is to do

    def __post_init__(self) -> None:
        if self.function is None:  # not `or`: a mock notes who asks for its truth
            self.function = self.listener
        returns_coroutine = is_coroutine_function(self.function)
        self.name = listener_name(self.listener)
        self.is_coroutine = returns_coroutine or self.mode is DeliveryMode.DETACHED
        self.is_bare = self.is_coroutine is returns_coroutine and not (self.suppress_errors or self.pass_event_name)

    def failure(self, error: BaseException) -> BaseException:
        """Return what the listener raised; a `CancelledError` of its own as an `Exception`."""
        return ListenerCancelledError(self.name) if isinstance(error, asyncio.CancelledError) else error


class Emission:
    """One call of `emit` or `emit_async`. All times are in seconds, by the clock of its observers."""

    is_durable = False  # whether its deliveries go on without this process: they are not lost when the process dies
    number = 0  # from 1, among the emissions of an observed bus
    parent: "Delivery | None" = None  # the delivery during which this was emitted; None outside of any listener
    emitted = now = 0.0  # `now` is when the last plain listener ended, which is when the next one begins
    returned: float | None = None

    def __init__(self, bus: "BusState", *, is_awaited: bool = False) -> None:
        self.bus = bus
        self.is_awaited = is_awaited  # whether `emit_async` waits, and raises errors after all deliveries have ended
        self.observers = bus.observers  # they hear of it to its end, later ones do not
        self.deliveries: list[Delivery] = []
        self.late: tuple[Delivery, ...] = ()  # those for the runner: coroutine functions, and what else to await

    def begin(self, name: Hashable, args: Args, kwargs: Kwargs, route: "Route", *, is_durable: bool = False) -> None:
        """Begin to deliver these arguments along this route, and report it."""
        self.name, self.args, self.kwargs, self.route = name, args, kwargs, route
        self.is_durable = is_durable
        if self.observers.all:
            self.number = self.bus.emissions = self.bus.emissions + 1
            self.parent = current_delivery.get()
            self.emitted = self.now = self.observers.time()
            for hook in self.observers.emitted:
                hook(self)


class Delivery:
    """One event handed to one listener, from the moment that the listener is chosen to the delivery's fate."""

    started: float | None = None  # when the listener's first line ran; None if it never did
    ended: float | None = None
    fate: Fate | None = None  # how it ended; None until then, and on a bus without observers
    reason = ""  # the exception that it ended with, as text: itself, it would keep alive all that it refers to
    value: Any = None
    error: Exception | None = None  # what it raised, if `emit_async` is to raise it
    error_observed = True  # whether an exception reaches the emitter or a listener of 'error'
    rest: Any = None  # what is left to await, if the listener is a plain function that returned something to await
    wrapped: Body | None = None

    def __init__(self, emission: Emission, subscription: Subscription) -> None:
        self.emission, self.subscription, self.due = emission, subscription, emission.now
        emission.deliveries.append(self)

    def start(self, time: float) -> None:
        """Report that the listener's first line is about to run, as the current delivery of what it does."""
        current_delivery.set(self)  # until its task or the emit ends: `dispatch` sets it back
        self.started = time
        for hook in self.emission.observers.started:
            hook(self)

    def call(self) -> Any:
        """Call the listener; return its value, or what is left to await."""
        emission, subscription = self.emission, self.subscription
        args = (emission.name, *emission.args) if subscription.pass_event_name else emission.args
        return subscription.function(*args, **emission.kwargs)

    async def run(self) -> Any:
        """Call the listener, unless that is done, and await the rest, as the body of a task."""
        observers = self.emission.observers
        rest, self.rest = self.rest, None  # an observer may hold this delivery, which must not hold the task
        try:
            if observers.all and rest is None:
                self.start(observers.time())
            elif observers.all:
                current_delivery.set(self)
            value = self.call() if rest is None else rest
            value = await value if isawaitable(value) else value
        except BaseException as caught:  # noqa: BLE001 - it is raised below
            error = caught if is_cancellation(caught) else self.subscription.failure(caught)
            self.end(error)
            self.fail(error)
            return None
        self.end(None)
        return value

    def coroutine(self) -> Coroutine[Any, Any, Any]:
        """Return the body of the task: what `wrap` put around the listener, or else the listener."""
        if self.wrapped is not None:
            return self.wrapped()
        if self.subscription.is_bare and self.rest is None and not self.emission.observers.all:
            try:
                return self.subscription.function(*self.emission.args, **self.emission.kwargs)  # type: ignore[no-any-return]
            except Exception:  # noqa: BLE001, S110 - the arguments do not fit: `run` fails, like other listeners do
                pass
        return self.run()

    def wrap(self, around: Callable[[Body], Coroutine[Any, Any, Any]]) -> None:
        """Have the task run `around(body)`, which awaits `body()` where the listener may run: under a lock, or once."""
        self.wrapped = partial(around, self.wrapped or self.run)

    def end(self, error: BaseException | None) -> None:
        """Decide the fate and report it, unless this was done: a delivery that was lost with its process has ended."""
        if self.decide(error):
            for hook in self.emission.observers.ended:
                hook(self)

    def decide(self, error: BaseException | None) -> bool:
        """Decide the fate if that matters to an observer, and return whether it was open."""
        emission = self.emission
        if self.fate is not None or not emission.observers.all:
            return False
        self.ended = emission.now = emission.observers.time()
        self.fate = fate_of(self, error)
        if error is not None and not isinstance(error, LostError):
            self.reason = f"{type(error).__name__}: {error}"
        return True

    def fail(self, error: BaseException, *, keep: bool = False) -> None:
        """Log what the listener raised, if it suppresses errors, or `keep` it for `emit_async`, or else raise it."""
        if not isinstance(error, Exception) or not (self.subscription.suppress_errors or keep):
            raise error
        if self.subscription.suppress_errors:
            log.error("listener %s of %r failed", self.subscription.name, self.emission.name, exc_info=error)
        else:
            self.error = error


def fate_of(delivery: Delivery, error: BaseException | None) -> Fate:
    """Return the fate of a delivery: what was raised, and whether the error reached the emitter."""
    emission, subscription = delivery.emission, delivery.subscription
    if error is None:
        earlier = emission.deliveries[: emission.deliveries.index(delivery)] if emission.route.may_repeat else ()
        is_repeated = any(each.subscription.listener == subscription.listener for each in earlier)
        return Fate.DUPLICATE if is_repeated else DONE  # a function that is registered twice gets the event twice
    if isinstance(error, LostError):
        return error.fate
    if isinstance(error, asyncio.CancelledError | GeneratorExit):  # the latter if its loop or its task is gone
        return Fate.CANCELLED_AT_EXIT
    if subscription.suppress_errors:
        return Fate.FAILED_LOGGED
    return Fate.FAILED_SEEN if delivery.error_observed and not emission.is_durable else Fate.FAILED_UNSEEN


current_delivery: ContextVar[Delivery | None] = ContextVar("eventdemo_delivery", default=None)
"""The delivery during which the current code runs. Tasks inherit it, so a chain of emits keeps its history."""


class Observer:
    """Hears what the bus does. Override what you need; a hook must be quick and must neither raise nor emit."""

    time: Callable[[], float] = perf_counter
    """The clock of the records. A bus asks its first observer that has a clock of its own."""

    def emitted(self, emission: Emission) -> None:
        """An emit has begun, and no listener has been chosen yet."""

    def dispatched(self, emission: Emission) -> None:
        """All listeners are chosen. The plain functions among them have ended, and the others are about to start."""

    def started(self, delivery: Delivery) -> None:
        """The listener's first line is about to run."""

    def ended(self, delivery: Delivery) -> None:
        """The delivery has a fate. Plain functions and skipped listeners are reported together, after `dispatched`."""

    def returned(self, emission: Emission) -> None:
        """`emit` or `emit_async` is about to return or raise."""


class Observers:
    """The observers of a bus, and for each hook those that override it: the others cost nothing there."""

    def __init__(self, *observers: Observer) -> None:
        self.all = observers
        self.time = next((each.time for each in observers if each.time is not perf_counter), perf_counter)
        self.emitted, self.dispatched, self.started, self.ended, self.returned = (
            [getattr(each, hook) for each in observers if getattr(type(each), hook) is not getattr(Observer, hook)]
            for hook in ("emitted", "dispatched", "started", "ended", "returned")
        )


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
    if type(fn) is FunctionType and fn.__code__.co_flags & inspect.CO_COROUTINE:
        return True  # the usual case, in a tenth of the time
    # The type's `__call__`: calling a class makes an instance, whatever calling the instance would do.
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(type(fn), "__call__", None))  # noqa: B004


def listener_name(fn: Function) -> str:
    """Return the last part of a function's qualified name: `unsubscribe_from_topics`."""
    if isinstance(fn, partial):
        fn = fn.func
    return str(getattr(fn, "__name__", None) or type(fn).__name__)
