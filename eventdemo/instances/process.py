"""One process of the backend, as something that can be killed.

A kill is a SIGKILL: no `except`, no `finally`, not one line more. Whatever runs in a process's context belongs to it,
and the loops that simulate and explore drop what they were to call for a dead one; asyncio's own loop would not.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
_current: ContextVar["Process | None"] = ContextVar("eventdemo_process", default=None)


class DiedError(Exception):
    """The process died before it answered: its caller sees a connection that breaks."""


class Process:
    """What one instance does from its start to its end.

    Invariant: once `alive` is False, no line of what runs in its context runs. So its tasks are kept until the loop's
    own end, because clearing a coroutine away runs its `finally`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.on_kill: list[Callable[[], object]] = []
        """Called when it is killed, by somebody who survives it."""
        self._context = copy_context()
        self._context.run(_current.set, self)
        self._remains: list[asyncio.Task[Any]] = []
        self._unanswered: dict[asyncio.Future[Any], None] = {}
        self._made = 0

    def start(self, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Have it do `work` in a task of its own."""
        return asyncio.get_running_loop().create_task(work(), context=self._context.copy())

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Have it do `work` and return what comes of it; raise `DiedError` if it dies first, or has died already."""
        if not self.alive:
            raise DiedError(f"{self.name} is dead.")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._unanswered[answer] = None
        self.start(work).add_done_callback(lambda task: _pass_on(task, answer))
        try:
            return await answer
        finally:
            del self._unanswered[answer]

    def kill(self) -> None:
        """End it here and now: whoever waits for it gets a `DiedError`, and nothing else is told to anybody."""
        self.alive = False
        self._remains = self.tasks()
        for tell in self.on_kill:
            tell()
        for answer in self._unanswered:  # in the order in which they were asked for
            if not answer.done():
                answer.set_exception(DiedError(f"{self.name} died before it answered."))

    async def exit(self) -> None:
        """End it as `asyncio.run` ends a program: cancel what still runs, and wait until that has ended."""
        while left := self.tasks():
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Note that a new task is one of its own."""
        self._made += 1
        task.process, task.number_in_process = self, self._made  # type: ignore[attr-defined]

    def tasks(self) -> list[asyncio.Task[Any]]:
        """Return its unfinished tasks in the order in which they were made: a set has another one in each run."""
        own = [task for task in asyncio.all_tasks() if process_of(task) is self]
        return sorted(own, key=lambda task: task.number_in_process)  # type: ignore[attr-defined]


def _pass_on(task: asyncio.Task[T], answer: asyncio.Future[T]) -> None:
    if answer.done():  # its caller no longer waits
        return
    if task.cancelled():
        answer.cancel()
    elif (error := task.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(task.result())


def current_process() -> Process | None:
    """Return the process that the current code runs in."""
    return _current.get()


def detached_context() -> Context:
    """Return the current context as it is outside of any process: for what goes on when the process is dead."""
    context = copy_context()
    context.run(_current.set, None)
    return context


def is_dead(context: Context) -> bool:
    """Tell whether what runs in `context` belongs to a process that was killed."""
    process = context.get(_current)
    return process is not None and not process.alive


def assign_process(task: asyncio.Task[Any], context: Context | None) -> Process | None:
    """Note and return which process a new task belongs to; tasks tell their context only since Python 3.12."""
    process = _current.get() if context is None else context.get(_current)
    if process is not None:
        process.adopt(task)
    return process


def process_of(task: asyncio.Task[Any]) -> Process | None:
    """Return the process that a marked task belongs to."""
    return getattr(task, "process", None)
