"""How a task observes another one, while a program is explored that declares what its tasks share.

A step that uses what asyncio offers for that may depend on any other step, unless the program declared the lock that it
waits for. So may a step in which the order shows in which other tasks have ended.
"""

import asyncio
import sys
from asyncio import events, locks, queues
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import BuiltinMethodType
from typing import TYPE_CHECKING, Any

from eventdemo.explore.steps import ANYTHING, KnownTask
from eventdemo.simulate.stable_order import StableFuture

if TYPE_CHECKING:
    from eventdemo.explore.loop import ControlledLoop

SYSTEM = "backend core explore instances pitfalls simulate"
INTERNAL = ("asyncio.", "sqlalchemy.connectors.", *(f"eventdemo.{part}." for part in SYSTEM.split()))
"""Modules that declare what they share, or whose looks at tasks decide nothing that their callers don't see."""
LOCKING = ("asyncio.locks", "asyncio.queues", "asyncio.timeouts")
"""Modules between a lock and the code that uses it."""
POOLS = "(SQLAlchemy's pools of connections)"
IN_ORDER = {"as_completed.<locals>._on_completion", "_AsCompletedIterator._handle_completion"}
"""The callbacks of `as_completed`, which yields tasks in the order in which they end."""
OBSERVING: dict[type, str] = {
    locks.Lock: "acquire locked release",
    locks.Event: "clear is_set set wait",
    locks.Condition: "notify notify_all wait",
    locks.Semaphore: "acquire locked release",
    locks.Barrier: "abort reset wait",
    queues.Queue: "empty full get get_nowait join put put_nowait qsize task_done",
}


@contextmanager
def observed() -> Iterator[None]:
    """Let the explorer's loop hear of each use of a lock, an event or a queue."""
    before = [(kind, name, kind.__dict__[name]) for kind, names in OBSERVING.items() for name in names.split()]
    for kind, name, method in before:
        setattr(kind, name, _noting(method, LOCKING))
    try:
        yield
    finally:
        for kind, name, method in before:
            setattr(kind, name, method)


def _noting(method: Callable[..., Any], skipped: str | tuple[str, ...]) -> Callable[..., Any]:
    """Note a call of the method, unless the caller is part of the system that the program runs on."""

    @wraps(method)
    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        frame: Any = sys._getframe(1)
        while (module := frame.f_globals.get("__name__", "")).startswith(skipped):
            frame = frame.f_back
        if not module.startswith(INTERNAL):
            loop: Any = events._get_running_loop()
            getattr(loop, "use_undeclared", _nothing)(POOLS if module.startswith("sqlalchemy.") else ANYTHING)
        return method(self, *args, **kwargs)

    return noted


def _nothing(_: str) -> None:
    """Do nothing in another loop than the explorer's."""


class ObservedFuture(StableFuture[Any]):
    """A future that the program made, or got from the bus."""


class ObservedTask(KnownTask[Any]):
    """A task of a program that declares what its tasks share."""


for _kind, _names in ((ObservedFuture, "cancel set_exception set_result"), (ObservedTask, "")):
    for _name in f"add_done_callback cancelled done exception result {_names}".split():
        setattr(_kind, _name, _noting(getattr(_kind, _name), "-"))


def decides_by_itself(handle: asyncio.Handle) -> bool:
    """Return whether it may matter that a callback runs before tasks that are ready, rather than after them.

    It does not if the callback only wakes tasks, or takes something out of a set or a dictionary. But `as_completed`
    gives the program the next task that has ended at once, if its callback has already run.
    """
    callback: Any = handle._callback  # type: ignore[attr-defined]
    function = getattr(callback, "func", callback)
    if function.__class__ is BuiltinMethodType:
        return not isinstance(function.__self__, set | dict)
    name = getattr(function, "__qualname__", "")
    if name in {"TaskGroup._on_task_done", "BusState.report", "_end_if_cancelled"}:
        return _failed(handle._args[-1])
    if name in IN_ORDER:
        return True
    return not str(getattr(function, "__module__", "")).startswith(("asyncio.", "eventdemo.core."))


def _failed(ended: asyncio.Future[Any]) -> bool:
    return ended.cancelled() or ended.exception() is not None


def orders_ends(handle: asyncio.Handle) -> bool:
    """Return whether a callback lets a task observe which of several others ends first."""
    callback: Any = handle._callback  # type: ignore[attr-defined]
    name = getattr(callback, "__qualname__", "")
    if name in {"gather.<locals>._done_callback", "TaskGroup._on_task_done"}:
        return _failed(handle._args[0])
    if name != "_wait.<locals>._on_completion":
        return name in IN_ORDER
    until = callback.__closure__[callback.__code__.co_freevars.index("return_when")].cell_contents
    return bool(until != asyncio.ALL_COMPLETED)


def run_watched(loop: "ControlledLoop", handle: asyncio.Handle) -> None:
    """Run a callback, and note if its step may depend on any other through the order in which tasks end.

    That is so if a wait begins in it, and a task goes on that had awaited several others: if another of those had been
    the last to end, the new wait could have ended before that task goes on. It matters only if the task then accesses
    something, or if the program ends.
    """
    if orders_ends(handle):
        loop.accesses.add((ANYTHING, True))
    follows, left = _follows_a_new_wait(loop, handle), len(loop._ready)
    if follows and _is_of_task(handle):
        _note_join(loop)
    handle._run()
    if follows and len(loop._ready) > left:
        _note_join(loop)


def _note_join(loop: "ControlledLoop") -> None:
    """Collect the accesses of the rest of the step on their own."""
    if loop.before_join is None:
        loop.before_join = {*loop.accesses}
        loop.accesses.clear()


def _follows_a_new_wait(loop: "ControlledLoop", handle: asyncio.Handle) -> bool:
    """Return whether this callback is that of a task's end, in a step in which a wait has begun or is about to."""
    if not (handle._args and isinstance(handle._args[0], asyncio.Task)):
        return False
    waits = loop._waits.pending(loop.clock.time)
    return any(path == loop._running or path not in loop.options for path in waits) or any(
        not each._args and _is_of_task(each) for each in loop._ready
    )


def _is_of_task(handle: asyncio.Handle) -> bool:
    return isinstance(getattr(handle._callback, "__self__", None), asyncio.Task)  # type: ignore[attr-defined]
