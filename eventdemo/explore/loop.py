"""A virtual event loop in which a scheduler chooses what happens next.

In an asyncio program, only the order in which pending waits end is undetermined. Here each pending `sleep` is an
option, whatever its duration, and a `Scheduler` picks one when nothing else is ready. With `ready="any"` it also picks
which ready task runs next, although asyncio runs them in FIFO order. A claim that holds even then is guaranteed.
"""

import asyncio
import sys
from asyncio import futures, locks, queues
from asyncio.tasks import current_task
from collections.abc import Callable, Sequence
from contextvars import Context
from heapq import heappop
from typing import Any, Protocol, TypeVar
from weakref import ref

from eventdemo.explore.steps import (
    ANYTHING,
    EMITTER,
    EMITTER_PATH,
    NO_PREFIX,
    NOTHING,
    STEP,
    Access,
    AccessSet,
    KnownTask,
    Path,
    Prefix,
    Ready,
    Step,
    Steps,
    name_of,
)
from eventdemo.simulate.deadlock import NothingCanHappenError, StepLimitError
from eventdemo.simulate.killable_loop import KillableLoop, living
from eventdemo.simulate.virtual_time import VirtualClock

T = TypeVar("T")
_ENDS_A_SLEEP = futures._set_result_unless_cancelled  # type: ignore[attr-defined]
LOCKS, QUEUES = vars(locks), vars(queues)


class Scheduler(Protocol):
    """Decides what happens next."""

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Return the index of the task that goes on. `accesses` are those since the last choice."""


class FifoScheduler:
    """Always ends the wait that began first."""

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        return 0


class ControlledLoop(KillableLoop):
    """Runs real asyncio code step by step. A step ends when nothing more can run without a choice.

    With `ready="any"`, a step is what one task does from one await to the next. Other callbacks, such as that of a
    finished future, run at once and belong to the step that caused them. Each choice adds `STEP` to the clock, unless
    the loop is `timed`; then a sleep that ends in its order ends at its deadline. The choices of `prefix` come from an
    earlier run of the same program, and the loop repeats them without the scheduler.
    """

    task_type = KnownTask

    def __init__(
        self,
        scheduler: Scheduler,
        *,
        ready: Ready = "fifo",
        timed: bool = False,
        step_limit: int = 100_000,
        prefix: Prefix = NO_PREFIX,
    ) -> None:
        super().__init__(VirtualClock(), step_limit=step_limit)
        self._scheduler = scheduler
        self._any_ready = ready == "any"
        self._step = 0 if timed else STEP
        self._tasks: list[ref[KnownTask[Any]]] = []
        """Weak references to all tasks, so that a task without another reference may be collected, as in any loop."""
        self._names: dict[Path, str] = {EMITTER_PATH: EMITTER}
        self._children: dict[Path, int] = {}
        self._accesses: set[Access] = set()
        self._sleeping: dict[Path, asyncio.TimerHandle] = {}
        self._ready_tasks: dict[Path, asyncio.Handle] = {}
        """Tasks that could run now, with `ready="any"`. Otherwise asyncio's own queue contains them."""
        self._running = EMITTER_PATH
        self._finished = False
        self._limit = step_limit
        self.lock_wait_declared = False
        """Whether the current step has declared the lock at which it may wait."""
        self.choices = [*prefix.choices]
        self.widths = [*prefix.widths]
        """The number of options of each choice."""
        self._steps_taken = [*prefix.steps]
        self._prefix_left = [*reversed(prefix.paths)]
        """The tasks of the rest of the prefix, the next one last."""

    def access(self, resource: str, *, write: bool) -> None:
        self._accesses.add((resource, write))

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future. A step that waits at an undeclared lock, event or queue may depend on any other step."""
        caller = sys._getframe(1).f_globals
        if (caller is LOCKS or caller is QUEUES) and not self.lock_wait_declared:
            self._accesses.add((ANYTHING, True))
        return futures.Future(loop=self)

    # Timers: a sleep is an option, a timeout waits until no sleep is pending

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Set a timer, `delay` seconds from now; that of a `sleep` becomes an option."""
        when = self.clock.time + delay
        if callback is not _ENDS_A_SLEEP or (task := current_task(self)) is None:
            return self._set_timer(when, callback, args, context)
        handle = self.handle_type(when, callback, args, self, context)
        path = self._path_of(task)
        self._sleeping.pop(path, None)  # a cancelled one: the new sleep goes to the end
        self._sleeping[path] = handle
        return handle

    async def _worked(self, seconds: float, result: asyncio.Future[T]) -> T:
        """Deliver a worker's result after one step, however long the computation took."""
        return await super()._worked(STEP, result)

    def _end_sleep(self, path: Path) -> None:
        """End a sleep now, so that its task is ready. A sleep may end late, but never early."""
        handle = self._sleeping.pop(path)
        self.clock.time = max(self.clock.time, handle._when)  # type: ignore[attr-defined]
        _ENDS_A_SLEEP(*handle._args)

    def _pending_sleeps(self) -> list[Path]:
        return [path for path, handle in self._sleeping.items() if not handle._cancelled]

    def _time_out(self) -> None:
        """Let the next timeout fire, because nothing else can happen."""
        while self._timers:
            when, _, handle = heappop(self._timers)
            if not handle._cancelled:
                self.clock.time = max(self.clock.time, when)
                self._ready.append(handle)
                return
        if not self._stopping:
            raise NothingCanHappenError(self)

    # Steps

    def _run_once(self) -> None:
        """Run steps until the loop stops. BaseEventLoop would call this method for each."""
        run_one_step = self._run_any if self._any_ready else self._run_first
        while True:
            run_one_step()
            if self._stopping:
                return

    def _run_first(self) -> None:
        """End a sleep, then run everything that is ready in FIFO order."""
        ready, clock = self._ready, self.clock
        if not ready:
            if (path := self._next()) is None:
                self._time_out()
            else:
                self._end_sleep(path)
        while ready and not self._stopping:
            for _ in range(len(ready)):
                handle = ready.popleft()
                if not handle._cancelled:
                    before = clock.time
                    handle._run()
                    if clock.time > before:
                        self._note_stall(before, clock.time)
            self._steps_left -= 1
            if self._steps_left < 0:
                raise StepLimitError(self)

    def _run_any(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise StepLimitError(self)
        self._run_callbacks()
        if self._stopping:
            return
        chosen = self._next()
        if chosen is None:
            self._time_out()
            return
        if chosen in self._sleeping:  # no other step can come between the end of a sleep and its task
            self._end_sleep(chosen)
            self._run_callbacks()
        if (handle := self._ready_tasks.pop(chosen, None)) is not None and not handle._cancelled:
            self._run_one(handle)

    def _run_one(self, handle: asyncio.Handle) -> None:
        before = self.clock.time
        handle._run()
        if self.clock.time > before:
            self._note_stall(before, self.clock.time)

    def _run_callbacks(self) -> None:
        while self._ready:
            handle = self._ready.popleft()
            task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
            if isinstance(task, asyncio.Task):
                self._ready_tasks[self._path_of(task)] = handle
            elif not handle._cancelled:
                handle._run()

    def _next(self) -> Path | None:
        """Return the task that goes on, or None if only a timeout can end the wait."""
        if self._prefix_left:
            return self._repeated_choice()
        options = [*self._ready_tasks, *self._pending_sleeps()]
        return self._choose(options) if options else None

    def _repeated_choice(self) -> Path | None:
        """Return the task of the prefix's next choice, or None if a timeout comes before that choice."""
        path = self._prefix_left[-1]
        if path not in self._ready_tasks and ((sleep := self._sleeping.get(path)) is None or sleep._cancelled):
            return None
        del self._prefix_left[-1]
        self.clock.time += self._step
        if not self._prefix_left:  # the prefix already contains the accesses of the earlier steps
            self._running = path
            self._accesses.clear()
            self.lock_wait_declared = False
        return path

    def _choose(self, options: list[Path]) -> Path:
        if self._finished:
            return options[0]
        try:
            choice = self._scheduler.choose(options, self._end_step())
        except BaseException:
            self._finished = True
            raise
        self.choices.append(choice)
        self.widths.append(len(options))
        self.clock.time += self._step
        self._running = options[choice]
        return self._running

    def ends_at(self, path: Path) -> float:
        handle = self._sleeping.get(path)
        return self.clock.time if handle is None else handle.when()

    def _end_step(self) -> AccessSet:
        self.lock_wait_declared = False
        accesses = NOTHING
        if self._accesses:
            accesses = frozenset(self._accesses)
            self._accesses.clear()
        self._steps_taken.append((self._running, accesses))
        return accesses

    def steps(self) -> Sequence[Step]:
        return Steps(self._steps_taken, self._names)

    def access_task(self, task: asyncio.Task[Any]) -> None:
        """Record that the current step cancels a task, or would have cancelled it before the task's end."""
        self._accesses.add((self._path_of(task), not task.done()))

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """End the schedule, and return the tasks that the program left behind. What they do now is not part of it."""
        if not self._finished:
            self._end_step()
            self._finished = True
        self._steps_left = self._limit  # for the clean-up of cancelled tasks
        left = [task for task in (held() for held in self._tasks) if task is not None and not task.done()]
        return living(left)

    def create_task(self, coro: Any, **options: Any) -> Any:
        """Start a task. Its path is that of the task that started it, plus a number."""
        task = super().create_task(coro, **options)
        parent: Path = getattr(current_task(self), "path", ())
        number = self._children.get(parent, 0)
        self._children[parent] = number + 1
        task.path = (*parent, number)
        self._tasks.append(ref(task))
        return task

    def _path_of(self, task: asyncio.Task[Any]) -> Path:
        """Return a task's path, and remember its name, because the task may be gone when its steps are described."""
        path: Path = task.path  # type: ignore[attr-defined]  # every task of this loop has one
        if path not in self._names:
            self._names[path] = name_of(task)
        return path
