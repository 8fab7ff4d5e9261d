"""A virtual loop in which somebody chooses what happens next.

Real life leaves one thing open: in which order pending waits end. Here each pending `sleep` is an option, whatever its
duration, and a `Chooser` picks one whenever nothing else is ready. With `ready="any"` it also picks which ready
callback runs next, although asyncio runs them first in, first out: what holds even then is promised, not FIFO's merit.
"""

import asyncio
from asyncio import futures
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from eventdemo.sim.stuck import StepLimitError, waiting_tasks
from eventdemo.sim.virtual_time import VirtualClock, VirtualLoop

T = TypeVar("T")
Path = tuple[int, ...]
"""Which task: (0,) is the first, (0, 2) the third that it started. The same task in every schedule."""
Access = tuple[str, bool]
"""A resource, and whether it was written."""
Ready = Literal["fifo", "any"]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could happen next: the task that would go on, and what that task is called."""

    task: Path
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """What happened from one choice to the next: who went on, and what was read and written."""

    name: str
    touched: frozenset[Access]


class Chooser(Protocol):
    """Decides what happens next."""

    def choose(self, options: Sequence[Option], touched: frozenset[Access]) -> int:
        """Return the index of an option; `touched` is what was read and written since the last choice."""


EMITTER = "the emitter"
STEP = 0.001
"""What each choice adds to the clock, in seconds: no two steps look as if they happened at once."""


class First:
    """Always the wait that began first: the plainest schedule there is."""

    def choose(self, options: Sequence[Option], touched: frozenset[Access]) -> int:
        """Return 0."""
        return 0


class ChoosingLoop(VirtualLoop):
    """Runs real asyncio code step by step. A step ends where nothing more can run before a choice."""

    def __init__(self, chooser: Chooser, *, ready: Ready = "fifo", step_limit: int = 100_000) -> None:
        super().__init__(VirtualClock(), step_limit=step_limit)
        self._chooser = chooser
        self._any_ready = ready == "any"
        self._paths: dict[asyncio.Task[Any] | None, Path] = {None: ()}
        self._children: dict[Path, int] = {}
        self._touched: set[Access] = set()
        self._sleepers: dict[asyncio.TimerHandle, Option] = {}
        self._doing = EMITTER
        self.made: list[int] = []
        self.touched_last: frozenset[Access] = frozenset()
        self._took: list[Step] = []
        self.set_task_factory(self._start_task)  # type: ignore[arg-type]

    def touch(self, resource: str, *, write: bool) -> None:
        """Note that the step that runs now reads or writes a resource."""
        self._touched.add((resource, write))

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Set a timer; that of a `sleep` becomes an option, a timeout waits until no sleep is pending."""
        if callback is not futures._set_result_unless_cancelled:  # type: ignore[attr-defined]  # what `sleep` sets
            return super().call_at(when, callback, *args, context=context)
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._sleepers[handle] = self._option(asyncio.current_task(self))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._sleepers.pop(handle, None)

    def _run_once(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise StepLimitError(self.clock.time, waiting_tasks(self))
        if self._any_ready and (self._ready or self._sleepers):
            self._run_any()
        elif self._ready:
            super()._run_once()
        elif self._sleepers:
            self._end_a_sleep(list(self._sleepers))
        else:
            super()._run_once()

    def _end_a_sleep(self, sleepers: list[asyncio.TimerHandle]) -> None:
        chosen = sleepers[self._choice([self._sleepers[handle] for handle in sleepers])]
        del self._sleepers[chosen]
        self._ready.append(chosen)

    def _run_any(self) -> None:
        """Let any task go on that could; what is no task (a future telling that it is done) runs at once."""
        for handle in list(self._ready):
            if _task_of(handle) is None:
                self._ready.remove(handle)
                self._run_handle(handle)
                return
        ready, sleepers = list(self._ready), list(self._sleepers)
        options = [self._option(_task_of(handle)) for handle in ready] + [self._sleepers[h] for h in sleepers]
        chosen = self._choice(options) if len(options) > 1 else 0
        if chosen < len(ready):
            self._ready.remove(ready[chosen])
            self._run_handle(ready[chosen])
        else:
            sleeper = sleepers[chosen - len(ready)]
            del self._sleepers[sleeper]
            self._run_handle(sleeper)

    def _run_handle(self, handle: asyncio.Handle) -> None:
        if not handle.cancelled():
            handle._run()

    def _choice(self, options: list[Option]) -> int:
        """Have an option chosen; a step is what happens from one choice to the next."""
        self._end_step()
        try:
            choice = self._chooser.choose(options, self.touched_last)
        except BaseException:
            self._chooser = First()  # for what the cancelled tasks still have to do
            raise
        self.made.append(choice)
        self.clock.time = len(self.made) * STEP
        self._doing = options[choice].name
        return choice

    def _end_step(self) -> None:
        self.touched_last, self._touched = frozenset(self._touched), set()
        self._took.append(Step(self._doing, self.touched_last))

    def took(self) -> tuple[Step, ...]:
        """Return every step of the finished run; the first is what happened before any choice."""
        self._end_step()
        return tuple(self._took)

    def _option(self, task: asyncio.Task[Any] | None) -> Option:
        path = self._paths.get(task, ())
        if task is None:
            return Option(path, "a callback")
        return Option(path, EMITTER if len(path) == 1 else task.get_name())

    def _start_task(
        self, loop: "ChoosingLoop", coroutine: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        parent = self._paths.get(asyncio.current_task(self), ())
        number = self._children.get(parent, 0)
        self._children[parent] = number + 1
        task = asyncio.Task(coroutine, loop=loop, **options)
        self._paths[task] = (*parent, number)
        return task


def _task_of(handle: asyncio.Handle) -> asyncio.Task[Any] | None:
    task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    return task if isinstance(task, asyncio.Task) else None
