"""What the bus passes around: how a listener is called, who registered it, one emit, one event handed to one listener.

An `Observer` is told of each of these as it happens. Records only: nothing here calls a listener.
"""

import inspect
import logging
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

Function = Callable[..., Any]
log = logging.getLogger("eventdemo.core.bus")


class DeliveryMode(Enum):
    """Whether `emit_async` waits for a listener.

    The article's flag is called `async`; the article and the library disagree about what it means. These words say it.
    """

    AWAITED = "awaited"
    """`emit_async` returns after the listener has finished."""

    DETACHED = "detached"
    """Nobody waits: the listener runs on a later turn of the loop, as a task that `drain` knows."""


@dataclass(slots=True, eq=False)
class Subscription:
    """One listener under one name or pattern."""

    pattern: Hashable
    listener: Function
    mode: DeliveryMode = DeliveryMode.AWAITED
    order: int = 0
    """Deliveries are made in ascending order; `prepend_listener` takes a number below all others."""
    remaining: int | None = None
    """Calls left before the listener is removed; None means no limit."""
    suppress_errors: bool = False
    """Log what the listener raises instead of passing it on."""
    pass_event_name: bool = False
    """Call the listener with the event's name first, as `on_any` does."""
    name: str = field(init=False)
    """What the listener is called in messages, traces and ledgers."""
    is_coroutine: bool = field(init=False)
    """Whether it runs as a task; a detached plain function does too."""
    needs_wrapper: bool = field(init=False)
    """Whether there is more to do than to call it, even when nobody observes the bus."""

    def __post_init__(self) -> None:
        """Work out once what every emit needs to know."""
        makes_coroutines = is_coroutine_function(self.listener)
        detached = self.mode is DeliveryMode.DETACHED
        self.name = listener_name(self.listener)
        self.is_coroutine = makes_coroutines or detached
        self.needs_wrapper = self.suppress_errors or (detached and not makes_coroutines)


@dataclass(slots=True, eq=False)
class Emission:
    """One call of `emit` or `emit_async`."""

    number: int
    name: Hashable
    args: tuple[Any, ...]
    emitter: str
    """The qualified name of the function that emitted."""
    parent: "Delivery | None"
    """The delivery during which this was emitted; None outside of any listener."""
    observers: tuple["Observer", ...]
    """Who observed the bus at that moment: they are told of it to its end, and nobody else is."""
    deliveries: list["Delivery"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Delivery:
    """One event handed to one listener: a delivery on its way to its fate."""

    emission: Emission
    subscription: Subscription
    position: int
    """Its place among the deliveries of its emission, from 0."""
    error_observed: bool
    """Whether somebody's code learns of an exception: the emitter, or a listener of 'error'."""
    ended: bool = False
    is_durable: bool = False
    """Whether it goes on without this process: then it is not lost when the process dies."""

    def end(self, error: BaseException | None) -> None:
        """Tell the observers how it ended, where no listener's own attendance does."""
        self.ended = True
        for observer in self.emission.observers:
            observer.ended(self, error)


current_delivery: ContextVar[Delivery | None] = ContextVar("eventdemo_delivery", default=None)
"""The delivery during which the current code runs. Tasks inherit it, so a chain of emits keeps its history."""


class Observer:
    """Is told what the bus does. Override what you need; a hook must be quick and must not raise or emit."""

    def for_instance(self, instance: str) -> "Observer":
        """Return who is to watch the bus of another instance: by default the same one."""
        return self

    def emitted(self, emission: Emission) -> None:
        """An emit has begun; nothing has been handed out yet."""

    def delivered(self, delivery: Delivery) -> None:
        """A listener was chosen and will be called; a plain function at once, a coroutine on a later turn."""

    def started(self, delivery: Delivery) -> None:
        """The listener's first line is about to run."""

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        """The listener returned (None), raised, or was cancelled, possibly before its first line."""

    def skipped(self, delivery: Delivery) -> None:
        """A plain listener before this one raised out of `emit`, so this one is never called."""

    def returned(self, emission: Emission) -> None:
        """`emit` or `emit_async` is about to return or raise."""


def is_coroutine_function(fn: Function) -> bool:
    """Tell whether calling `fn` gives a coroutine: an async function, its partial or method, or an async `__call__`."""
    # The type's `__call__`: calling a class makes an instance, whatever calling the instance would do.
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(type(fn), "__call__", None))  # noqa: B004


def listener_name(fn: Function) -> str:
    """Return the last part of a function's qualified name: `unsubscribe_from_topics`."""
    if isinstance(fn, partial):
        fn = fn.func
    return str(getattr(fn, "__name__", None) or type(fn).__name__)
