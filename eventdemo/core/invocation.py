"""Calling one listener while somebody watches: it starts, it ends, it failed, and what it emits has a cause.

Only deliveries that need it come here: those on an observed bus, and those whose errors are logged instead of raised.
"""

import sys
from collections.abc import Awaitable, Generator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import isawaitable
from typing import Any

from eventdemo.core.delivery import Delivery, Function, Observer, Subscription, current_delivery, log


@dataclass(eq=False)
class Call:
    """A listener that is ready to be called: `begin()` does it; and then what came of it."""

    subscription: Subscription
    begin: Function
    delivery: Delivery | None = None
    value: Any = field(default=None, init=False)
    error: Exception | None = field(default=None, init=False)

    def inline(self) -> "Call | None":
        """Call a plain listener, keep its `value`, and return what is left to run as a task, if anything is."""
        if self.subscription.is_coroutine:
            return self
        self.value = value = self.begin()
        return None if value is None or not isawaitable(value) else rest_of(self.subscription, value, self.delivery)

    def inside(self, surroundings: AbstractAsyncContextManager[Any]) -> "Call":
        """Return the same call made while holding a lock, a semaphore or another asynchronous context."""
        begin = self.begin

        async def surrounded() -> Any:
            async with surroundings:
                return await begin()

        return replace(self, begin=surrounded)

    def close_unstarted(self, error: BaseException) -> None:
        """Tell the observers that this ends although its listener, or what was left of it, never began."""
        if self.delivery is not None and not self.delivery.ended:
            self.delivery.end(error)


def rest_of(subscription: Subscription, value: Awaitable[Any], delivery: Delivery | None = None) -> Call:
    """Return the call that awaits what a plain listener returned: no coroutine is dropped."""
    return Call(subscription, partial(_awaited, value), delivery)


async def _awaited(value: Awaitable[Any]) -> Any:
    return await value


class Attendance:
    """One listener, from its start to its end."""

    __slots__ = ("_begin", "_delivery", "_event", "_left", "_observers", "_subscription")

    def __init__(self, subscription: Subscription, event: object, begin: Function, delivery: Delivery | None) -> None:
        self._subscription = subscription
        self._event = event
        self._begin = begin
        self._delivery = delivery
        self._observers: tuple[Observer, ...] = () if delivery is None else delivery.emission.observers

    def inline(self) -> Any:
        """Call the listener here and now; if that gives an awaitable, return one that ends with it: this attendance."""
        token = current_delivery.set(self._delivery)
        for observer in self._observers:
            observer.started(self._delivery)  # type: ignore[arg-type]  # observers come with a delivery
        try:
            result = self._begin()
        except BaseException as error:
            if self._failed(error):
                return None
            raise
        finally:
            current_delivery.reset(token)
        if isawaitable(result):
            self._left = result
            return self
        self._ended(None)
        return result

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._rest(self._left).__await__()

    async def later(self) -> Any:
        """Call the listener as the body of a task."""
        result = self.inline()
        return await self if result is self else result

    async def _rest(self, awaitable: Awaitable[Any]) -> Any:
        current_delivery.set(self._delivery)  # for the rest of this task: nothing to set back
        try:
            result = await awaitable
        except BaseException as error:
            if self._failed(error):
                return None
            raise
        self._ended(None)
        return result

    def _failed(self, error: BaseException) -> bool:
        """Note the end; return True if the error was logged and so goes no further."""
        self._ended(error)
        if not (self._subscription.suppress_errors and isinstance(error, Exception)):
            return False
        log.error("listener %s of %r failed", self._subscription.name, self._event, exc_info=error)
        return True

    def _ended(self, error: BaseException | None) -> None:
        if self._delivery is not None and not self._delivery.ended:  # else it was lost with its process before
            self._delivery.ended = True
            for observer in self._observers:
                observer.ended(self._delivery, error)


def emitter_of(depth: int) -> str:
    """Return the qualified name of the function `depth` frames above the caller, for "who emitted this?"."""
    try:
        frame = sys._getframe(depth + 1)  # noqa: SLF001 - CPython's, and cheap; inspect.stack() reads source files
    except ValueError:
        return "the interpreter"  # called by no Python code: atexit, a bare thread
    return "a task" if frame.f_globals.get("__name__", "").startswith("asyncio") else frame.f_code.co_qualname
