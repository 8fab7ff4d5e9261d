"""An asyncio event loop whose clock jumps to the next timer instead of sleeping.

It runs real tasks, locks and timeouts, also inside a loop that is already running in this thread (a notebook cell, a
listener that blocks). Timers that fall due together fire in the order in which they were set.
"""

import asyncio
import sys
from asyncio import tasks
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar
from weakref import ref

from eventdemo.core.clock import Clock
from eventdemo.simulate.deadlock import NothingCanHappenError, StepLimitError
from eventdemo.simulate.replaced import OutsideTheRunningLoop
from eventdemo.simulate.stable_order import SLEEP, StableFuture, StableLoop, stable_sets
from eventdemo.simulate.thread_work import LibraryThread, library_threads
from eventdemo.simulate.virtual_handle import VirtualHandle

T = TypeVar("T")
Timer = tuple[float, int, asyncio.TimerHandle]
STALLS_KEPT = 1000
TIMERS_LEFT_ALONE = 1000
START = datetime(2026, 1, 2, 6, 0, tzinfo=UTC)
"""The moment a simulation begins: a Friday, six o'clock, when the article's weekly sync runs."""


class VirtualClock(Clock):
    """The time of a simulation in seconds since its start; also the `Clock` that stamps the events."""

    def __init__(self) -> None:
        self.time = 0.0
        self.on_wait: Callable[[], None] = lambda: None
        """Called where a task may be about to wait, by the loops on this clock."""
        self._ids = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time)

    def new_id(self) -> str:
        """Return the next number, so that two equal runs give equal ids."""
        self._ids += 1
        return f"{self._ids:08x}"

    def spend(self, seconds: float) -> None:
        """Let time pass during a computation, which blocks every other task in the loop."""
        self.time += seconds


class LoopClosedError(RuntimeError):
    """A callback was scheduled in a loop whose run is over."""

    def __init__(self) -> None:
        super().__init__("This loop is closed because its run is over, so the callback would never run.")


class VirtualLoop(StableLoop):
    """The loop. `stalls` lists the first callbacks that let time pass and so blocked the loop."""

    _ready: deque[asyncio.Handle]  # BaseEventLoop's, unchanged since Python 3.4: what runs on this turn
    _stopping: bool
    _task_factory: object
    _asyncgens: Collection[object]
    _closed: bool
    handle_type = VirtualHandle
    get_debug = bool  # always False; each new future and task asks, and this is quick

    def __init__(self, clock: VirtualClock, *, step_limit: int = 100_000_000) -> None:
        super().__init__()
        self.clock = clock
        self.over = False
        self.stalls: list[tuple[float, float]] = []
        self.longest_stall = 0.0
        self._timers: list[Timer] = []
        self._set_so_far = 0
        self._tidy_above = TIMERS_LEFT_ALONE
        self._step_limit = self._steps_left = step_limit
        self._library_threads: list[LibraryThread] = []
        self._tasks_made = 0
        self._first_task: Any = None

    def time(self) -> float:
        return self.clock.time

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future. Every wait of asyncio's begins with one, other than a wait for a task."""
        self.clock.on_wait()
        return (asyncio.Future if sys._getframe(1).f_code is SLEEP else StableFuture)(loop=self)

    def create_task(self, coro: Any, *, name: Any = None, context: Any = None, **options: Any) -> asyncio.Task[Any]:
        if self._task_factory is not None:
            task = super().create_task(coro, name=name, context=context, **options)
        else:
            task = self.task_type(coro, loop=self, name=name, context=context, **options)
        self._note_task(task)
        return task

    def _note_task(self, task: Any) -> None:
        """Number a task: unfinished tasks are cancelled at the end in the order of their creation."""
        self._tasks_made = task.number = self._tasks_made + 1
        self._first_task = self._first_task or ref(task)  # weak, so that reference counts free a loop that is over

    # These do what BaseEventLoop's do, without its checks for debugging.

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = self.handle_type(self.clock.time, callback, args, self, context)
        if self._closed:
            raise LoopClosedError
        self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self._set_timer(self.clock.time + delay, callback, args, context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self._set_timer(when, callback, args, context)

    def _set_timer(
        self, when: float, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> asyncio.TimerHandle:
        handle = self.handle_type(when, callback, args, self, context)
        if self._closed:
            raise LoopClosedError
        self._set_so_far += 1
        heappush(self._timers, (when, self._set_so_far, handle))
        return handle

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Call `func` immediately, because a thread would finish at a time that no seed determines.

        As in a thread, the caller's context variables are absent; `asyncio.to_thread` copies them itself.
        The time that it spends passes only for the task that awaits it, as if a worker with its own processor ran it.
        """
        future = self.create_future()
        began = self.clock.time
        try:
            future.set_result(Context().run(func, *args))
        except Exception as error:  # noqa: BLE001 - the task that awaits the future receives it
            future.set_exception(error)
        spent, self.clock.time = self.clock.time - began, began
        return self.create_task(self._worked(spent, future)) if spent else future

    async def _worked(self, seconds: float, result: asyncio.Future[T]) -> T:
        await asyncio.sleep(seconds)
        return result.result()

    def _run_once(self) -> None:
        """Run turn after turn until the loop is stopped; time jumps when nothing is ready.

        The clock moves before the callbacks that it wakes. BaseEventLoop would ask for one turn at a time, which takes
        longer than the turn itself.
        """
        ready, timers, clock = self._ready, self._timers, self.clock
        while True:
            if not ready:
                self._jump()
            steps = len(ready)  # callbacks that these add belong to the next turn
            for _ in range(steps):
                handle = ready.popleft()
                if not handle._cancelled:
                    before = clock.time
                    handle._run()
                    if clock.time > before:
                        self._note_stall(before, clock.time)
            self._steps_left -= steps
            if self._steps_left < 0:
                raise StepLimitError(self)
            if timers and timers[0][0] <= clock.time:
                self._wake()
            if self._stopping:
                return

    def _note_stall(self, start: float, end: float) -> None:
        self.longest_stall = max(self.longest_stall, end - start)
        if len(self.stalls) < STALLS_KEPT:
            self.stalls.append((start, end))

    def _jump(self) -> None:
        if self._library_threads:
            self._do_thread_work()
        if self._ready:
            return
        timers = self._timers
        if len(timers) > self._tidy_above:
            self._tidy()
        while timers and timers[0][2]._cancelled:
            heappop(timers)
        if timers:
            self.clock.time = max(self.clock.time, timers[0][0])
        elif not self._stopping and not any(thread.end_wait() for thread in self._library_threads):
            raise NothingCanHappenError(self)

    def _do_thread_work(self) -> None:
        """Do all that libraries' threads would do, except for what waits for a lock of a database."""
        for thread in self._library_threads:
            thread.take()
        while (work := next(filter(None, (thread.next_work() for thread in self._library_threads)), None)) is not None:
            work.do()

    def _tidy(self) -> None:
        """Drop cancelled timers: a million timeouts that were cancelled early must not pile up."""
        self._timers[:] = [timer for timer in self._timers if not timer[2]._cancelled]
        heapify(self._timers)
        self._tidy_above = 2 * len(self._timers) + TIMERS_LEFT_ALONE

    def _wake(self) -> None:
        """Move the timers that are due to the ready queue."""
        timers, now = self._timers, self.clock.time
        while timers and timers[0][0] <= now:
            self._ready.append(heappop(timers)[2])

    def unfinished(self) -> Sequence[asyncio.Task[Any]]:
        """Return the unfinished tasks in the order of their creation; called once, when the program has ended."""
        self._steps_left = self._step_limit  # for the clean-up of the cancelled tasks
        if self._tasks_made == 1 and ((first := self._first_task()) is None or first.done()):
            return []  # the usual case in a blocking listener; `all_tasks` would search all outer loops
        return sorted(tasks.all_tasks(self), key=lambda task: getattr(task, "number", 0))

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        """Close an abandoned generator: in a later turn, or at once if the run is over."""
        if not self.over:
            super()._asyncgen_finalizer_hook(agen)  # type: ignore[misc]  # BaseEventLoop has it
            return
        with suppress(BaseException):
            agen.aclose().send(None)

    def _write_to_self(self) -> None:
        """No-op: this loop never sleeps, so there is nothing to wake."""


def clock_of_the_running_loop() -> VirtualClock:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.clock


def run(main: Coroutine[Any, Any, T], clock: VirtualClock | None = None, *, step_limit: int = 100_000_000) -> T:
    """Run `main` to its end in virtual time and return its result, even inside a running loop, which it blocks."""
    return run_in(VirtualLoop(clock or VirtualClock(), step_limit=step_limit), main)


def run_in(loop: VirtualLoop, main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in `loop`, then cancel its unfinished tasks, and close the loop."""
    with running(loop):
        return loop.run_until_complete(main)


@contextmanager
def running(loop: VirtualLoop) -> Iterator[None]:
    """Let `loop` run things inside the block; at its end, cancel the unfinished tasks, and close the loop.

    If it has refused a call, raise that error whatever the program made of it, because no outcome means anything then.
    """
    with OutsideTheRunningLoop(), library_threads(loop._library_threads), stable_sets():
        try:
            yield
        finally:
            refused = loop.refused
            try:
                _cancel_the_rest(loop)
            finally:
                loop.close()
            if refused is not None:
                raise refused


def _cancel_the_rest(loop: VirtualLoop) -> None:
    loop.over = True
    left = loop.unfinished()
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    if loop._asyncgens:
        loop.run_until_complete(loop.shutdown_asyncgens())
