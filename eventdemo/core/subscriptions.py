"""The table of subscriptions, and the route that each event name takes through it.

Registering changes lists; an emit follows a `Route`, a tuple made from them. That is why a listener added or removed
during an emit does not change that emit, and why ten thousand unrelated patterns cost an emit nothing.
"""

import sys
import warnings
from collections.abc import Hashable, Iterable, Sequence
from enum import Enum
from itertools import takewhile
from operator import attrgetter
from threading import RLock
from traceback import walk_stack
from typing import Any

from eventdemo.core.delivery import Function, Subscription
from eventdemo.core.events import UNTYPED, Event, event_class, name_of
from eventdemo.core.matching import PatternTree

ROUTE_LIMIT = 4096  # routes kept: a bus fed with `user.<id>.seen` must not grow without limit
_LOCK = RLock()  # one for all tables: an emit rarely needs it, and a bus could not be pickled with a lock of its own


class AnyEvent(Enum):
    """What `on_any` registers under, in place of a pattern."""

    ON_ANY = "on_any"

    def __repr__(self) -> str:
        return self.value


ON_ANY = AnyEvent.ON_ANY


class MaxListenersWarning(UserWarning):
    """One name has more listeners than `max_listeners`: perhaps the same one is registered again and again."""


class Route:
    """The subscriptions that one name reaches, in order, and what an emit has to know about all of them."""

    __slots__ = ("has_coroutines", "is_bare", "may_repeat", "payload", "subscriptions")

    def __init__(self, subscriptions: Sequence[Subscription], payload: type[Event] | None = None) -> None:
        self.subscriptions = tuple(subscriptions)
        self.payload = payload  # the class that a payload must have, on a strict bus
        self.has_coroutines = any(s.is_coroutine for s in subscriptions)
        self.may_repeat = len({s.name for s in subscriptions}) < len(subscriptions)  # one function may be in it twice
        self.is_bare = all(s.is_bare and not s.is_coroutine and s.remaining is None for s in subscriptions)


class SubscriptionTable:
    """All subscriptions of one bus. Any thread may use it.

    Invariant: `routes[name]` is what `name` reaches right now, because each change drops the routes that it touches.
    A subclass may override the public methods, to watch them or to change what they do.
    """

    def __init__(self, delimiter: str, max_listeners: int, strict: bool) -> None:  # noqa: FBT001 - the bus calls it
        self._strict = strict
        self._tree = PatternTree(delimiter)
        self.is_pattern = self._tree.is_pattern
        self._max_listeners = max_listeners
        self._lists: dict[Hashable, list[Subscription]] = {}
        self._warned: set[Hashable] = set()
        self._added = 0
        self.routes: dict[Hashable, Route] = {}

    def add(self, subscription: Subscription) -> None:
        """Add a subscription after all others, or before all others, wildcards included, if it is to be `first`."""
        pattern = subscription.pattern
        with _LOCK:
            self._added += 1
            subscription.order = -self._added if subscription.first else self._added
            self._lists.setdefault(pattern, []).append(subscription)
            if self.is_pattern(pattern):
                self._tree.add(pattern)
            self._drop_routes(pattern)
        self._warn_past_limit(pattern)

    def remove(self, pattern: Hashable, which: Function | Subscription) -> None:
        """Remove a subscription, or the first one of a listener under `pattern`, if there is one."""
        with _LOCK:
            found = next((s for s in self.under(pattern) if s is which or s.listener == which), None)
            if found is not None:
                self._lists[pattern].remove(found)
                self._drop_routes(pattern)
                if not self._lists[pattern]:
                    self.clear(pattern)

    def consume(self, subscription: Subscription) -> bool:
        """Use up one call of a `once` or `many` listener; the last one removes it, before it runs."""
        with _LOCK:
            if not subscription.remaining:
                return False
            subscription.remaining -= 1
            if not subscription.remaining:
                self.remove(subscription.pattern, subscription)
            return True

    def clear(self, pattern: Hashable) -> None:
        with _LOCK:
            if self._lists.pop(pattern, None) is not None and self.is_pattern(pattern):
                self._tree.discard(pattern)
            self._warned.discard(pattern)
            self._drop_routes(pattern)

    def names(self) -> set[Hashable]:
        """Return the names and patterns that have a subscription, and `ON_ANY` if it has one."""
        return set(self._lists)

    def all(self) -> list[Subscription]:
        return self._in_order(self.names())

    def under(self, pattern: Hashable) -> list[Subscription]:
        """Return the subscriptions made under exactly this name or pattern, in calling order."""
        return sorted(self._lists.get(pattern, ()), key=attrgetter("order"))

    def reached(self, name: Hashable) -> list[Subscription]:
        """Return the subscriptions to `name` and to every pattern that matches it, in calling order."""
        return self._in_order({*self._tree.matching(name), name, ON_ANY})

    def _in_order(self, patterns: Iterable[Hashable]) -> list[Subscription]:
        return sorted((each for pattern in patterns for each in self._lists.get(pattern, ())), key=attrgetter("order"))

    def check(self, name: Hashable) -> None:
        """Raise an error that says what is wrong with `name`, if one cannot listen to it."""
        several = isinstance(name, list)
        if isinstance(name, tuple) and name:  # a tuple is a name, unless it holds event classes or strings
            several = any(isinstance(part, type) for part in name) or all(isinstance(part, str) for part in name)
        if several:
            raise TypeError(f"One call registers one event, not {name!r}: call it once for each, or use a pattern.")
        if name is not ON_ANY and not self.is_pattern(name):
            self.payload(name)

    def route(self, name: Hashable) -> Route:
        """Return what `name` reaches. It is worked out under the lock, so no thread changes the table meanwhile."""
        with _LOCK:
            if len(self.routes) >= ROUTE_LIMIT:
                self.routes.clear()
            route = self.routes[name] = Route(self.reached(name), self.payload(name))
        return route

    def payload(self, name: Any) -> type[Event] | None:
        """Return the class that a strict bus demands of the payload of `name`; raise if this cannot be a name."""
        if name == "":
            raise ValueError("An event needs a name, and the empty string is none.")
        if isinstance(name, type) and issubclass(name, Event):
            raise TypeError(f"You emitted the class {name.__name__}: emit an instance, {name.__name__}(...).")
        if isinstance(name, Event):
            name_of(type(name))  # raises: the name of this one's class would be known
        return event_class(name) if self._strict and name not in UNTYPED else None

    def _warn_past_limit(self, pattern: Hashable) -> None:
        """Warn of too many listeners at the line that registers; once for a name or pattern, until it is emptied."""
        if 0 < self._max_listeners == len(self._lists.get(pattern, ())) - 1 and pattern not in self._warned:
            self._warned.add(pattern)
            message = (
                f"{self._max_listeners + 1} listeners for {pattern!r}, more than max_listeners={self._max_listeners}: "
                "is one registered again on every request? Raise max_listeners if this is meant; 0 means no limit."
            )
            ours, here = ("eventdemo.core.", "pyee."), walk_stack(sys._getframe())  # noqa: SLF001 - how it starts here
            inside = [*takewhile(lambda at: at[0].f_globals.get("__name__", "").startswith(ours), here)]
            warnings.warn(message, MaxListenersWarning, stacklevel=len(inside) + 1)

    def _drop_routes(self, pattern: Hashable) -> None:
        if pattern is ON_ANY or self.is_pattern(pattern):
            self.routes.clear()
        else:
            self.routes.pop(pattern, None)
