"""Tasks and futures that sets hold in the same order in every run.

asyncio cancels the tasks of a failing TaskGroup in the order of a set, and a program may loop over a set of its tasks.
That order follows from hashes, and a hash is an address, so two runs of one program would differ.
"""

import asyncio
import sys
from asyncio import events, tasks
from collections.abc import Iterable
from itertools import count
from typing import Any, TypeVar

from eventdemo.simulate.replaced import Replaced
from eventdemo.simulate.unsupported import WithoutSystem

T = TypeVar("T")
SLEEP = asyncio.sleep.__code__
"""No program sees the futures of `asyncio.sleep`, so they are of the quickest kind."""


class _Numbered:
    """Has as its hash the next number of its loop."""

    _number: int | None = None
    get_loop: Any

    def __hash__(self) -> int:
        if (number := self._number) is None:
            self._number = number = self.get_loop().next_hash()
        return number


class StableFuture(_Numbered, asyncio.Future[T]):
    """A future that a program may hold in a set."""


class StableTask(_Numbered, asyncio.Task[T]):
    """A task of a loop in virtual time."""


class StableLoop(WithoutSystem):
    """A loop that numbers the tasks and futures that get into sets."""

    task_type: type[asyncio.Task[Any]] = StableTask

    def __init__(self) -> None:
        super().__init__()
        self.next_hash = count().__next__

    def set_task_factory(self, factory: Any) -> None:
        """Let an eager factory make tasks of this loop's kind. Any other factory decides that for itself."""
        if factory is not None and factory is getattr(asyncio, "eager_task_factory", None):
            factory = asyncio.create_eager_task_factory(self.task_type)  # type: ignore[attr-defined]  # Python 3.12
        super().set_task_factory(factory)

    def assume_order_of_sets(self) -> None:
        """Do nothing where a program gets a set of tasks, because a simulation is one run."""


def stable_sets() -> Replaced:
    """Let `asyncio.as_completed` start coroutines in the order in which it gets them, rather than in that of a set."""
    return Replaced(tasks, "set", _set_in_order)


def _set_in_order(items: Iterable[Any] | None = None) -> Any:
    """Stand for `set` in asyncio's module of tasks, which gives it the arguments of `wait` and of `as_completed`."""
    if items is None:
        return set[Any]()
    ordered = dict.fromkeys(items)
    caller: Any = sys._getframe(2)
    if len(ordered) > 1 and not caller.f_globals.get("__name__", "").startswith("eventdemo.core."):
        loop = events._get_running_loop()
        if isinstance(loop, StableLoop):  # not in another thread
            loop.assume_order_of_sets()
    return ordered.keys()
