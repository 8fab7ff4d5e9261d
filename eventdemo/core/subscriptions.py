"""Who is registered under which name, and the plan of calls that a name leads to.

Changes go into lists; an emit walks a `Plan`, a tuple made from them. That is why a listener added or removed during an
emit does not change it, and why ten thousand unrelated patterns cost an emit nothing.
"""

import warnings
from collections.abc import Callable, Hashable, Iterator
from functools import partial

from eventdemo.core.delivery import Function, Subscription
from eventdemo.core.matching import PatternTree

PLAN_LIMIT = 4096
"""Names kept worked out at most: a bus fed with `user.<id>.seen` must not grow for ever."""


class MaxListenersWarning(UserWarning):
    """More listeners under one name than `max_listeners`: perhaps one is registered again and again."""


class Route:
    """What one name reaches, in order. `functions` is set when plain calls are all there is to do."""

    __slots__ = ("functions", "has_coroutines", "subscriptions")

    def __init__(self, name: Hashable, subscriptions: tuple[Subscription, ...]) -> None:
        self.subscriptions = subscriptions
        self.has_coroutines = any(s.is_coroutine for s in subscriptions)
        self.functions: tuple[Function, ...] = ()
        if not any(s.is_coroutine or s.suppress_errors or s.remaining is not None for s in subscriptions):
            self.functions = tuple(called_with_name(s, name) for s in subscriptions)


def called_with_name(subscription: Subscription, name: Hashable) -> Function:
    """Return the listener, given the event's name first if it asked for it."""
    return partial(subscription.listener, name) if subscription.pass_event_name else subscription.listener


class SubscriptionTable:
    """All subscriptions of one bus.

    Invariant: `plans[name]` is what `name` reaches right now, because each change forgets the plans that it touches.
    """

    def __init__(self, delimiter: str, max_listeners: int) -> None:
        self.plans: dict[Hashable, Route] = {}
        self._max_listeners = max_listeners
        self._lists: dict[Hashable, list[Subscription]] = {}
        self._warned: set[Hashable] = set()
        self._tree = PatternTree(delimiter)
        self._lowest = self._highest = 0

    def append(self, subscription: Subscription) -> None:
        """Add a subscription after all others."""
        self._highest += 1
        subscription.order = self._highest
        self._insert(subscription)

    def prepend(self, subscription: Subscription) -> None:
        """Add a subscription before all others, wildcards included."""
        self._lowest -= 1
        subscription.order = self._lowest
        self._insert(subscription)

    def _insert(self, subscription: Subscription) -> None:
        self._lists.setdefault(subscription.pattern, []).append(subscription)
        if isinstance(subscription.pattern, str) and self.is_pattern(subscription.pattern):
            self._tree.add(subscription.pattern)
        self._forget(subscription.pattern)

    def remove(self, pattern: Hashable, chosen: Callable[[Subscription], bool]) -> bool:
        """Remove the first subscription under `pattern` that is `chosen`; tell whether there was one."""
        for subscription in sorted(self._lists.get(pattern, ()), key=_by_order):
            if chosen(subscription):
                self._lists[pattern].remove(subscription)
                if not self._lists[pattern]:
                    self.clear(pattern)
                self._forget(pattern)
                return True
        return False

    def clear(self, pattern: Hashable) -> None:
        """Remove every subscription under `pattern`."""
        if self._lists.pop(pattern, None) is not None and isinstance(pattern, str) and self.is_pattern(pattern):
            self._tree.discard(pattern)
        self._warned.discard(pattern)
        self._forget(pattern)

    def names(self) -> set[Hashable]:
        """Return the names and patterns that have a subscription."""
        return set(self._lists)

    def is_pattern(self, name: Hashable) -> bool:
        """Tell whether `name` has a wildcard segment."""
        return self._tree.is_pattern(name)

    def under(self, pattern: Hashable) -> list[Subscription]:
        """Return the subscriptions made under exactly this name or pattern, in calling order."""
        return sorted(self._lists.get(pattern, ()), key=_by_order)

    def plan(self, name: Hashable) -> Route:
        """Return what `name` reaches: subscriptions to it and to every pattern that matches it, in calling order."""
        if (known := self.plans.get(name)) is not None:
            return known
        if len(self.plans) >= PLAN_LIMIT:
            self.plans.clear()
        plan = self.plans[name] = Route(name, tuple(sorted(self._reached(name), key=_by_order)))
        return plan

    def warn_past_limit(self, pattern: Hashable) -> None:
        """Warn of too many listeners at the line that registers; once for a name or pattern, until it is emptied."""
        count = len(self._lists.get(pattern, ()))
        if 0 < self._max_listeners < count and pattern not in self._warned:
            self._warned.add(pattern)
            message = (
                f"{count} listeners for {pattern!r}, more than max_listeners={self._max_listeners}: is one registered "
                "again on every request? Raise max_listeners if this is meant, or set it to 0 for no limit."
            )
            warnings.warn(message, MaxListenersWarning, stacklevel=5)

    def _reached(self, name: Hashable) -> Iterator[Subscription]:
        matching: set[Hashable] = set(self._tree.matching(name)) if isinstance(name, str) else set()
        for pattern in matching | {name}:
            yield from self._lists.get(pattern, ())

    def _forget(self, pattern: Hashable) -> None:
        if self.is_pattern(pattern):
            self.plans.clear()
        else:
            self.plans.pop(pattern, None)


def _by_order(subscription: Subscription) -> int:
    return subscription.order
