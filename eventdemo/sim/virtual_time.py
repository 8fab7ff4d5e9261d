"""An asyncio event loop whose clock jumps to the next timer instead of sleeping.

It runs real tasks, locks and timeouts. It also runs inside a loop that is already running in this thread (a notebook
cell, a browser, a listener that blocks), because it takes the running loop's place and gives it back. Timers that fall
due together fire in the order in which they were set.
"""

import asyncio
from asyncio import events, tasks
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, TypeVar

from eventdemo.sim.stuck import NothingCanHappenError, StepLimitError, waiting_tasks

T = TypeVar("T")
Timer = tuple[float, int, asyncio.TimerHandle]
STALLS_KEPT = 1000
START = datetime(2026, 1, 2, 6, 0, tzinfo=UTC)
"""The moment a simulation begins: a Friday, six o'clock, when the article's weekly sync runs."""


class VirtualClock:
    """The time of a simulation, in seconds since its start; also the `Clock` that events stamp themselves with."""

    def __init__(self) -> None:
        self.time = 0.0
        self._ids = 0

    def now(self) -> datetime:
        """Return the virtual moment."""
        return START + timedelta(seconds=self.time)

    def new_id(self) -> str:
        """Return the next of a row of numbers, so that two equal runs give equal ids."""
        self._ids += 1
        return f"{self._ids:08x}"


class VirtualLoop(asyncio.BaseEventLoop):
    """The loop. `stalls` are the first times in which a callback let the clock go on: nothing else could run."""

    _ready: deque[asyncio.Handle]  # BaseEventLoop's, unchanged since Python 3.4: what runs on this turn
    _stopping: bool

    def __init__(self, clock: VirtualClock, *, step_limit: int = 100_000_000) -> None:
        super().__init__()
        self.clock = clock
        self.stalls: list[tuple[float, float]] = []
        self.longest_stall = 0.0
        self._timers: list[Timer] = []
        self._set_so_far = 0
        self._steps_left = step_limit

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self.clock.time

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Set a timer; equal times keep the order in which they were set."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._set_so_far += 1
        heappush(self._timers, (when, self._set_so_far, handle))
        return handle

    async def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> T:  # type: ignore[override]
        """Call `func` here and now: a thread would finish at a time that no seed determines."""
        return func(*args)

    def _run_once(self) -> None:
        """Let time jump if nothing is ready, then run what is ready: the clock moves before the callbacks it wakes."""
        ready = self._ready
        if not ready:
            self._jump()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            before = self.clock.time
            handle._run()
            if self.clock.time > before:
                self._note_stall(before, self.clock.time)
            self._steps_left -= 1
        if self._steps_left < 0:
            raise StepLimitError(self.clock.time, waiting_tasks(self))
        self._wake(self.clock.time)

    def _note_stall(self, start: float, end: float) -> None:
        self.longest_stall = max(self.longest_stall, end - start)
        if len(self.stalls) < STALLS_KEPT:
            self.stalls.append((start, end))

    def _jump(self) -> None:
        while self._timers and self._timers[0][2]._cancelled:
            heappop(self._timers)
        if not self._timers:
            if self._stopping:
                return
            raise NothingCanHappenError(self.clock.time, waiting_tasks(self))
        self.clock.time = max(self.clock.time, self._timers[0][0])
        self._wake(self.clock.time)

    def _wake(self, now: float) -> None:
        """Move the timers that are due to the ready queue."""
        timers = self._timers
        while timers and timers[0][0] <= now:
            handle = heappop(timers)[2]
            if not handle._cancelled:
                self._ready.append(handle)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Leave a cancelled timer where it is: it is dropped when its time comes."""

    def _write_to_self(self) -> None:
        """Wake nobody up: this loop never sleeps."""


def run(main: Coroutine[Any, Any, T], clock: VirtualClock | None = None, *, step_limit: int = 100_000_000) -> T:
    """Run `main` to its end in virtual time and return its result; also inside a running loop, which stands still."""
    loop = VirtualLoop(clock or VirtualClock(), step_limit=step_limit)
    return run_in(loop, main)


def run_in(loop: VirtualLoop, main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in `loop`, then cancel what it left behind, and close the loop."""
    with _in_place_of_the_running_loop():
        try:
            return loop.run_until_complete(main)
        finally:
            _cancel_the_rest(loop)
            loop.close()


def _cancel_the_rest(loop: VirtualLoop) -> None:
    left = sorted(tasks.all_tasks(loop), key=lambda task: task.get_name())
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())


@contextmanager
def _in_place_of_the_running_loop() -> Iterator[None]:
    """Step out of the running loop and its current task, if any, and back in at the end."""
    outer = events._get_running_loop()
    task = asyncio.current_task(outer) if outer is not None else None
    if outer is not None and task is not None:
        tasks._leave_task(outer, task)  # 3.14 refuses to enter a task while another one is current
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(outer)
        if outer is not None and task is not None:
            tasks._enter_task(outer, task)
