"""The part of the explorer's loop that knows what may happen next: sleeps, timers, threads, and a cancellation."""

import asyncio
from asyncio.tasks import current_task
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVar
from weakref import ref

from eventdemo.explore.steps import (
    ANYTHING,
    CANCEL,
    EMITTER,
    EMITTER_PATH,
    EVERY_ORDER,
    TURN,
    Access,
    KnownTask,
    Path,
    name_of,
)
from eventdemo.explore.waits import ENDS_A_SLEEP, Waits
from eventdemo.simulate.deadlock import awaits_of, given_name_of, place_of, shown_name_of
from eventdemo.simulate.killable_loop import KillableLoop

T = TypeVar("T")
PATIENCE = "a timer fires only when nothing else can happen"
QUEUE = "(the queue of thread "
SQLITE = "nothing interrupts a call of SQLite"
SETS = "a set of tasks has the same order in every run"
THREADS = "nothing interrupts a function that runs in a thread"


class WaitingLoop(KillableLoop):
    """Collects the waits of a program, and ends them one by one."""

    task_type = KnownTask

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tasks: list[ref[KnownTask[Any]]] = []
        """Weak references to all tasks, so that a task without another reference may be collected, as in any loop."""
        self.knows_all_tasks = True
        """Whether this loop made every task, rather than a task factory, or a call of `asyncio.Task`."""
        self._names: dict[Path, str] = {EMITTER_PATH: EMITTER, TURN: "the loop"}
        self._shown_names: dict[Path, str] = {}
        """What a report calls the tasks, filled only by runs whose steps are shown."""
        self._children: dict[Path, int] = {}
        self.accesses: set[Access] = set()
        """Those of the current step."""
        self._waits = Waits()
        self._sleeps: dict[Path, Any] = self._waits.sleeps
        self._awaited: dict[Path, asyncio.Future[Any]] = {}
        """The future of each work in a thread."""
        self.patient = False
        """Whether a timer fires only when nothing else can happen."""
        self.may_cancel = False
        """Whether one task may be cancelled wherever it waits."""
        self.assumed: set[str] = set()
        """What the result of this run rests on, besides the choices."""

    def access_task(self, task: asyncio.Task[Any]) -> None:
        """Record that the current step cancels a task, or would have cancelled it before the task's end."""
        self.accesses.add((self._path_of(task), not task.done()))

    def assume_order_of_sets(self) -> None:
        """Note that the program has a set of tasks, which may have another order with another memory."""
        self.assumed.add(SETS)

    def ends_at(self, path: Path) -> float:
        handle = self._waits.get(path)
        return self.clock.time if handle is None else handle.when()

    # Waits: each sleep, timer and thread is an option

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Begin a sleep of the running task, if `asyncio.sleep` calls this; otherwise set a timer."""
        if callback is not ENDS_A_SLEEP or (task := current_task(self)) is None:
            return super().call_later(delay, callback, *args, context=context)
        path, sleeps = self._path_of(task), self._sleeps
        handle = self.handle_type(self.clock.time + delay, callback, args, self, context)
        if path in sleeps:  # a cancelled one: the new sleep goes to the end
            del sleeps[path]
        sleeps[path] = handle
        return handle

    def _set_timer(
        self, when: float, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> asyncio.TimerHandle:
        handle = self.handle_type(when, callback, args, self, context)
        if self.patient:
            self.assumed.add(PATIENCE)
            self._waits.add_last_resort(handle)
        else:
            self._add(handle, "a timer")
            self.accesses.add((EVERY_ORDER, True))
        return handle

    def name_of(self, path: Path) -> str:
        """Return the name of a task."""
        return self._names[path]

    def place_of(self, path: Path) -> str:
        """Return what goes on at a choice, and the line at which it waits: `buy at shop.py:12`."""
        if path[-1:] == (CANCEL,):
            return f"the cancellation of {self.place_of(path[:-1])}"
        task = self._task_at(path)
        if task is not None:
            return place_of(task, self._number_of(task))
        what, _, _ = (name := self._names[path]).partition(" of ")
        return name if self._task_at(path[:-1]) is None else f"{what} of {self.place_of(path[:-1])}"

    def _number_of(self, task: KnownTask[Any]) -> int:
        """Return the number of a task among those of the same function, or 0 if it has been the only one so far."""
        if given_name_of(task):
            return 0
        for held in self._tasks:
            if (each := held()) is not None:
                self._shown_names.setdefault(each.path, shown_name_of(each))
        same = sorted(path for path, name in self._shown_names.items() if name == self._shown_names[task.path])
        return same.index(task.path) + 1 if len(same) > 1 else 0

    def awaits_of(self, path: Path) -> list[tuple[str, int]]:
        """Return file and line of each await at which the task of a choice waits, outermost first."""
        task = self._task_at(path[:-1] if path[-1:] == (CANCEL,) else path)
        return [] if task is None else awaits_of(task)

    def _task_at(self, path: Path) -> KnownTask[Any] | None:
        """Return the task of a choice; for work in a thread, the one that waits for it."""
        future, tasks = self._awaited.get(path), [task for held in self._tasks if (task := held()) is not None]
        if future is None:
            return next((task for task in tasks if task.path == path), None)
        return next((task for task in tasks if task._fut_waiter is future), None)  # type: ignore[attr-defined]

    def _add(self, handle: asyncio.TimerHandle, what: str) -> Path:
        """Add an option that is no task: a timer, or work in a thread."""
        task = current_task(self)
        path = self._path_for(what, () if task is None else self._path_of(task))
        self._waits.others[path] = handle
        return path

    def _path_for(self, what: str, parent: Path) -> Path:
        path = self._waits.path_below(parent)
        self._names[path] = f"{what} of {self._names.get(parent, 'the loop')}"
        return path

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Let a thread call `func` whenever the scheduler chooses it, without a pause inside it."""
        future: asyncio.Future[T] = self.create_future()
        path = self._add(self.handle_type(self.clock.time, self._work, (future, func, args), self, None), "a thread")
        self._awaited[path] = future
        return future

    def _work(self, future: asyncio.Future[T], func: Callable[..., T], args: tuple[Any, ...]) -> None:
        """Do a thread's work. The time that it takes passes only for the task that waits for it."""
        self.accesses.add((ANYTHING, True))
        self.assumed.add(THREADS)
        began = self.clock.time
        try:
            result = Context().run(func, *args)
        except Exception as error:  # noqa: BLE001 - the task that awaits the future receives it
            if not future.cancelled():
                future.set_exception(error)
        else:
            if not future.cancelled():
                future.set_result(result)
        self.clock.time = began

    def _take_thread_work(self) -> None:
        """Make the next work of each library's thread an option; see `simulate/thread_work.py`."""
        for number, thread in enumerate(self._library_threads):
            if thread.take():
                self.accesses.add((f"{QUEUE}{number})", True))
            if (work := thread.next_work()) is not None:
                handle = self.handle_type(self.clock.time, work.do, (), self, None)
                path = self._waits.path_below((-1 - number,))
                self._waits.others[path], self._awaited[path] = handle, work.future
                waiter = self._task_at(path)
                self._names[path] = "a library's thread" if waiter is None else self._names[self._path_of(waiter)]
                self.assumed.add(SQLITE if thread.serves_sqlite else THREADS)
                if not thread.serves_sqlite:
                    self.accesses.add((EVERY_ORDER, True))

    def _end(self, path: Path) -> None:
        """End a wait now. It may end late, but never early."""
        if (sleep := self._sleeps.pop(path, None)) is not None:
            if sleep._when > self.clock.time:  # noqa: PLR1730 - a call takes longer, and each choice comes here
                self.clock.time = sleep._when
            future, result = sleep._args
            if not future.cancelled():
                future.set_result(result)
        elif path[-1] == CANCEL:
            self._cancel(path[:-1])
        else:
            self._take(path)._run()

    def _take(self, path: Path) -> asyncio.TimerHandle:
        """Take a wait from those that may end, and set the clock to its end, unless that is past."""
        handle = self._waits.end(path)
        self.clock.time = max(self.clock.time, handle.when())
        return handle

    def _cancellable(self) -> list[Path]:
        tasks = (held() for held in self._tasks[1:]) if self.may_cancel else ()
        return [(*self._path_of(task), CANCEL) for task in tasks if task and not task.done() and not task.cancelling()]

    def _cancel(self, path: Path) -> None:
        self.may_cancel = False
        task = self._task_at(path)
        assert task is not None
        self._names[*path, CANCEL] = f"the cancellation of {name_of(task)}"
        task.cancel()

    def set_task_factory(self, factory: Any) -> None:
        super().set_task_factory(factory)
        self._has_other_tasks()

    def _has_other_tasks(self) -> None:
        """Run every order from now on, because tasks of another class do not report who looks at them."""
        self.knows_all_tasks = False
        self.accesses.add((EVERY_ORDER, True))

    def _note_task(self, task: Any) -> None:
        """Give a task its path: that of the task that started it, plus a number. It may have got one while it began."""
        if hasattr(task, "path"):
            return
        parent: Path = getattr(current_task(self), "path", ())
        number = self._children.get(parent, 0)
        self._children[parent] = number + 1
        task.path = (*parent, number)
        self._tasks.append(ref(task))

    def _path_of(self, task: asyncio.Task[Any]) -> Path:
        """Return a task's path, and remember its name, because the task may be gone when its steps are described."""
        try:
            path: Path = task.path  # type: ignore[attr-defined]
        except AttributeError:
            self._has_other_tasks()
            self._note_task(task)
            return self._path_of(task)
        if path not in self._names:
            self._names[path] = name_of(task)
        return path
