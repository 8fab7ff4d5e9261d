"""`@on_event`: methods that say themselves which event they listen to, as with Nest's `@OnEvent`.

The decorator only leaves a mark; `EventBus.subscribe(obj)` reads the marks and registers the bound methods.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, overload

from eventdemo.core.delivery import DeliveryMode, Function, Subscription
from eventdemo.core.events import Event, name_of

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Function)
Listens = Callable[[Any, E], Any]
Marked = Callable[[Any, Any], Any]  # not `Listens[E]`: then a second mark could only be for the same event
_MARKS = "__eventdemo_listens__"


@overload
def on_event(
    event: type[E], *, delivery: DeliveryMode = ..., suppress_errors: bool = ...
) -> Callable[[Listens[E]], Marked]: ...
@overload
def on_event(event: str, *, delivery: DeliveryMode = ..., suppress_errors: bool = ...) -> Callable[[F], F]: ...
def on_event(event: Any, *, delivery: DeliveryMode = DeliveryMode.AWAITED, suppress_errors: bool = True) -> Any:
    """Mark a method as a listener of an event class, a name or a pattern; a method may have several marks.

    Errors are logged and kept from the emitter unless `suppress_errors=False`: that is what Nest does, and what the
    article relies on.
    """
    mark = partial(Subscription, name_of(event), mode=delivery, suppress_errors=suppress_errors)

    def leave_mark(method: F) -> F:
        function = getattr(method, "__func__", method)  # what a staticmethod or classmethod below the mark wraps
        setattr(function, _MARKS, (mark, *getattr(function, _MARKS, ())))
        return method

    return leave_mark


def declared_subscriptions(obj: object) -> list[Subscription]:
    """Return what an object's marks ask for, base classes first, in the order in which the methods are written."""
    names = dict.fromkeys(name for cls in reversed(type(obj).__mro__[:-1]) for name in vars(cls))  # not of `object`
    marks = ((name, mark) for name in names for mark in getattr(getattr(type(obj), name, None), _MARKS, ()))
    return [mark(getattr(obj, name), owner=obj) for name, mark in marks]
