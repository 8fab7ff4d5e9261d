"""A process of the backend that can be killed.

A kill is a SIGKILL: no `except`, no `finally`, no further line runs. All code in a process's context belongs to it. The
event loops of the simulator and the explorer drop the callbacks of a dead process; asyncio's own loop does not.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
_current: ContextVar["Process | None"] = ContextVar("eventdemo_process", default=None)


class DiedError(Exception):
    """The process died before it answered; its caller sees a broken connection."""


class Process:
    """One instance from its start to its end.

    Invariant: once `alive` is False, no code in its context runs. So a dead process keeps references to its tasks,
    because to collect a suspended coroutine runs its `finally`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.on_kill: list[Callable[[], object]] = []
        """Callbacks for a kill; they run in the context of the killer."""
        self._outside = copy_context()
        self._killed_tasks: list[asyncio.Task[Any]] = []
        self._unanswered: dict[asyncio.Future[Any], None] = {}
        self._task_count = 0

    def start(self, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        context = self._outside.copy()
        context.run(_current.set, self)
        return asyncio.get_running_loop().create_task(work(), context=context)

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in this process and return its result; raise `DiedError` if the process is dead or dies first."""
        if not self.alive:
            raise DiedError(f"{self.name} is dead.")
        result: T = await self.answer_of(self.start(work), cancels=False)
        return result

    def answer_of(self, task: Any, *, cancels: bool = True) -> asyncio.Future[Any]:
        """Return the task's result for a caller outside: a `DiedError` if the process dies first.

        If the caller is cancelled, the task is too, if `cancels`; a request goes on without its caller.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._unanswered[answer] = None
        task.add_done_callback(lambda task: _copy_result(task, answer))

        def answered(_: object) -> None:
            del self._unanswered[answer]
            if cancels and answer.cancelled():
                task.cancel()

        answer.add_done_callback(answered)
        return answer

    def kill(self) -> None:
        """Kill it now: pending requests raise `DiedError`; there is no cleanup and no cancellation."""
        self.alive = False
        self._killed_tasks = self.tasks()
        for callback in self.on_kill:
            callback()
        for answer in self._unanswered:  # in the order of the requests
            if not answer.done():
                answer.set_exception(DiedError(f"{self.name} died before it answered."))

    async def exit(self) -> None:
        """Exit as `asyncio.run` does: cancel all tasks, and wait until they have finished."""
        while left := self.tasks():
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        self._task_count += 1
        task.process, task.number_in_process = self, self._task_count  # type: ignore[attr-defined]

    def tasks(self) -> list[asyncio.Task[Any]]:
        """Return its unfinished tasks in the order of their creation; the order of a set would differ in each run."""
        own = [task for task in asyncio.all_tasks() if process_of(task) is self]
        return sorted(own, key=lambda task: task.number_in_process)  # type: ignore[attr-defined]


def _copy_result(task: asyncio.Task[T], answer: asyncio.Future[T]) -> None:
    if answer.done():  # the caller no longer waits
        return
    if task.cancelled():
        answer.cancel()
    elif (error := task.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(task.result())


def current_process(context: Context | None = None) -> Process | None:
    """Return the process that a context belongs to, by default the current one."""
    return _current.get() if context is None else context.get(_current)


def enter(process: Process) -> None:
    """Let the current context belong to a process."""
    _current.set(process)


def detached_context() -> Context:
    """Return a copy of the current context that belongs to no process, for work that survives a kill."""
    context = copy_context()
    context.run(_current.set, None)
    return context


def is_dead(context: Context) -> bool:
    process = context.get(_current)
    return process is not None and not process.alive


def process_of(task: asyncio.Task[Any]) -> Process | None:
    """Return the process that a task was assigned to, or None; before Python 3.12 a task hides its context."""
    return getattr(task, "process", None)
