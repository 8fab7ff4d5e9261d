"""A virtual event loop in which a scheduler chooses what happens next.

In an asyncio program, only the order in which pending waits end is undetermined. Here each pending sleep, timer and
thread is an option, whatever its duration, and a `Scheduler` picks one when nothing else is ready. With
`ready="turns"` it may do so before any turn of the loop, as in asyncio. With `ready="any"` it also picks which ready
task runs next, although asyncio runs them in FIFO order. A claim that holds even then is guaranteed.
"""

import asyncio
import sys
from asyncio import locks, queues
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from eventdemo.explore.observed import ObservedFuture, ObservedTask, decides_by_itself, orders_ends, run_watched
from eventdemo.explore.steps import (
    ANYTHING,
    CANCEL,
    EMITTER_PATH,
    NO_PREFIX,
    NOTHING,
    STEP,
    TURN,
    Access,
    AccessSet,
    NotDeterministicError,
    Path,
    Prefix,
    Ready,
    Step,
    Steps,
)
from eventdemo.explore.waiting_loop import WaitingLoop
from eventdemo.simulate.deadlock import NothingCanHappenError, StepLimitError
from eventdemo.simulate.killable_loop import living
from eventdemo.simulate.stable_order import SLEEP, StableFuture
from eventdemo.simulate.virtual_time import VirtualClock

T = TypeVar("T")
LOCKS, QUEUES = vars(locks), vars(queues)


class Scheduler(Protocol):
    """Decides what happens next."""

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Return the index of the task that goes on. `accesses` are those since the last choice."""


class FifoScheduler:
    """Always ends the wait that began first."""

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        return 0


class ControlledLoop(WaitingLoop):
    """Runs real asyncio code step by step. A step ends when nothing more can run without a choice.

    With `ready="any"`, a step is what one task does from one await to the next, or a callback. A callback that only
    wakes tasks runs at once and belongs to the step that caused it; no other task can look between the two. Each choice
    adds `STEP` to the clock, unless the loop is `timed`; then a sleep that ends in its order ends at its deadline. The
    choices of `prefix` come from an earlier run of the same program, and the loop repeats them without the scheduler.
    """

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
        self._ready_mode = ready
        self._watches = getattr(scheduler, "reduces", False)
        """Whether the search needs to know through what steps depend on each other."""
        if self._watches:
            self.task_type = ObservedTask
        self._step = 0 if timed else STEP
        self._ready_tasks: dict[Path, asyncio.Handle] = {}
        """Tasks that could run now, with `ready="any"`. Otherwise asyncio's own queue contains them."""
        self._running = self._going_on = EMITTER_PATH
        """The task whose step is recorded; with `ready="any"`, the one that goes on, also in the prefix."""
        self.options: list[Path] = []
        """Those of the last choice."""
        self.before_join: set[Access] | None = None
        """The accesses of the current step before a task went on that had awaited others; see `run_watched`."""
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

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future. A step that waits at an undeclared lock, event or queue may depend on any other step."""
        self.clock.on_wait()
        frame = sys._getframe(1)
        if frame.f_code is SLEEP:
            return asyncio.Future(loop=self)
        if not self._watches:
            return StableFuture(loop=self)
        caller = frame.f_globals
        if (caller is LOCKS or caller is QUEUES) and not self.lock_wait_declared:
            self.accesses.add((ANYTHING, True))
        return (StableFuture if caller["__name__"].startswith("asyncio.") else ObservedFuture)(loop=self)

    def use_undeclared(self, what: str) -> None:
        """Record that the program used a lock, an event, a queue or a future, or looked at a task."""
        if self._watches:
            self.accesses.add((what, True))

    # Steps

    def _run_once(self) -> None:
        """Run steps until the loop stops. BaseEventLoop would call this method for each."""
        run_one_step = {"fifo": self._run_first, "turns": self._run_turn, "any": self._run_any}[self._ready_mode]
        while True:
            run_one_step()
            if self._stopping:
                return

    def _run_first(self) -> None:
        """End a wait, then run everything that is ready in FIFO order."""
        if not self._ready:
            if (path := self._next()) is None:
                self._time_out()
            else:
                self._end(path)
        while self._ready and not self._stopping:
            self._run_ready()

    def _run_turn(self) -> None:
        """End any number of waits, then run one turn."""
        while (path := self._next()) is not None and path != TURN:
            self._end_in_turn(path)
        if path is None and not self._ready:
            self._time_out()
        self._run_ready()

    def _end_in_turn(self, path: Path) -> None:
        """End a wait as asyncio does: its callback comes last in the next turn."""
        if path[-1] == CANCEL:
            self._end(path)
        else:
            self._ready.append(self._take(path))

    def _time_out(self) -> None:
        """Let the next timer of a patient program fire, because nothing else can happen."""
        if (handle := self._waits.last_resort()) is not None:
            self.clock.time = max(self.clock.time, handle.when())
            self._ready.append(handle)
        elif not self._stopping and not any(thread.end_wait() for thread in self._library_threads):
            raise NotDeterministicError if self._prefix_left else NothingCanHappenError(self)

    def _run_ready(self) -> None:
        ready, clock, watches = self._ready, self.clock, self._watches
        self._steps_left -= 1
        if self._steps_left < 0:
            raise StepLimitError(self)
        left = len(ready)  # callbacks that these add belong to the next turn
        while left:
            left -= 1
            handle = ready.popleft()
            if not handle._cancelled:
                before = clock.time
                if watches:
                    run_watched(self, handle)
                else:
                    handle._run()
                if clock.time > before:
                    self._note_stall(before, clock.time)

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
        self._going_on = chosen
        if chosen not in self._ready_tasks:  # no other step can come between the end of a sleep and its task
            self._end(chosen)
            self._run_callbacks()
        if (handle := self._ready_tasks.pop(chosen, None)) is not None and not handle._cancelled:
            if self._watches and orders_ends(handle):
                self.accesses.add((ANYTHING, True))
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
                if decides_by_itself(handle):
                    self._ready_tasks[self._path_for("a callback", self._going_on)] = handle
                    continue
                if self._watches and orders_ends(handle):
                    self.accesses.add((ANYTHING, True))
                handle._run()

    def _next(self) -> Path | None:
        """Return what goes on, or None if only the timer of a patient program can end the wait."""
        if self._library_threads:
            self._take_thread_work()
        if self._ready and not self._waits.pending(self.clock.time):
            return None  # with "turns", this turn needs no choice
        if self._prefix_left:
            return self._repeated_choice()
        options = [*self._ready_tasks, *self._waits.pending(self.clock.time)]
        if self._ready:
            options.insert(0, TURN)
        if options and self.may_cancel:
            options += self._cancellable()
        return self._choose(options) if options else None

    def _repeated_choice(self) -> Path | None:
        """Return the task of the prefix's next choice, or None if a timeout comes before that choice."""
        path = self._prefix_left[-1]
        wait: Any = self._sleeps.get(path) or self._waits.get(path)
        if (wait is None or wait._cancelled) and path not in self._ready_tasks and path != TURN and path[-1] != CANCEL:
            return None
        del self._prefix_left[-1]
        self.clock.time += self._step
        if not self._prefix_left:  # the prefix already contains the accesses of the earlier steps
            self._running, self.options = path, self._waits.pending(self.clock.time)
            self.accesses.clear()
            self.before_join = None
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
        self._running, self.options = options[choice], options
        return self._running

    def check_prefix(self) -> None:
        """Raise an error if the program ended before it repeated all choices of an earlier run."""
        if self._prefix_left:
            raise NotDeterministicError

    def _end_step(self, *, is_last: bool = False) -> AccessSet:
        self.lock_wait_declared = False
        if self.before_join is not None:
            if self.accesses or is_last:
                self.accesses.add((ANYTHING, True))
            self.accesses |= self.before_join
            self.before_join = None
        accesses = NOTHING
        if self.accesses:
            accesses = frozenset(self.accesses)
            self.accesses.clear()
        self._steps_taken.append((self._running, accesses))
        return accesses

    def steps(self) -> Sequence[Step]:
        return Steps(self._steps_taken, self._names)

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """End the schedule, and return the tasks that the program left behind. What they do now is not part of it."""
        if not self._finished:
            self._end_step(is_last=True)
            self._finished = True
        self._steps_left = self._limit  # for the clean-up of cancelled tasks
        if not self.knows_all_tasks:
            for other in asyncio.all_tasks(self):
                self._note_task(other)
        left = [task for held in self._tasks if (task := held()) is not None and not task.done()]
        return living(left) if left else []
