"""Why a simulation cannot continue: which tasks wait, and where."""

import asyncio
import sys
from typing import Any

from eventdemo.instances.process import process_of
from eventdemo.simulate.unsupported import is_library, own_places
from eventdemo.trace.naming import without_identities

MAX_NAME_LENGTH = 40
"""Characters of a task's name."""


class StuckError(RuntimeError):
    """A run cannot continue."""

    outcome: str
    """What this is for a program, in two words."""
    reason: str

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = who_waits(loop) or ["no task is left"]
        self.waiting = "; ".join(waiting)
        super().__init__("\n  - ".join([self.reason.format(loop.time()), *waiting]))


class NothingCanHappenError(StuckError):
    """No callback is ready and no timer is set, so the run would wait forever."""

    outcome = "deadlock"
    reason = "Deadlock after {:.3f} s of virtual time: no timer is set, and these tasks wait:"


class StepLimitError(StuckError):
    """The run took more steps than allowed, as an endless loop does."""

    outcome = "never ends"
    reason = "The step limit was reached at {:.3f} s of virtual time; is there an endless loop?"


def who_waits(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Return what each unfinished task waits for, and where: `pay waits at bank.py:12 for Lock.acquire`.

    Names that asyncio generates are left out, because their numbers differ between runs, and so are tasks of dead
    processes.
    """
    return sorted(
        _wait_of(task) for task in asyncio.all_tasks(loop) if (process := process_of(task)) is None or process.alive
    )


def place_of(task: asyncio.Task[Any], number: int = 0) -> str:
    """Return the name of a task, and its innermost line in the program: `buy #2 at shop.py:12`."""
    frames = _frames(task)
    at = _own(frames)[-1:] or frames[-1:]
    numbered = shown_name_of(task) + (f" #{number}" if number else "")
    return numbered + "".join(f" at {f.f_code.co_filename.rpartition('/')[2]}:{f.f_lineno}" for f in at)


def awaits_of(task: asyncio.Task[Any]) -> list[tuple[str, int]]:
    """Return file and line of each await in the program at which a task waits, outermost first."""
    return own_places((frame, frame.f_lineno) for frame in _frames(task))


def _wait_of(task: asyncio.Task[Any]) -> str:
    frames = _frames(task)
    at = _own(frames)[-1:] or frames
    place = f" at {at[0].f_code.co_filename.rpartition('/')[2]}:{at[0].f_lineno}" if at else ""
    awaited = getattr(task, "_fut_waiter", None)
    if isinstance(awaited, asyncio.Task):
        return f"{shown_name_of(task)} waits{place} for the task {shown_name_of(awaited)}"
    thing = f" for {frames[-1].f_code.co_qualname}" if at and at[-1] is not frames[-1] else ""
    return f"{shown_name_of(task)} waits{place}{thing}"


def shown_name_of(task: asyncio.Task[Any]) -> str:
    """Return the name that the program gave a task, or else that of its outermost function in the program."""
    frames = _frames(task)
    names = [frame.f_code.co_name for frame in (*_own(frames), *frames)]
    return given_name_of(task) or str(names[0] if names else getattr(task.get_coro(), "__name__", "a task"))


def given_name_of(task: asyncio.Task[Any]) -> str:
    """Return the name that the program gave a task; nothing if asyncio generated it, or if it is long.

    A library's long name often contains numbers that differ between runs. anyio names a task after its function, as
    `shop.buy.<locals>.pay`, which becomes `pay`.
    """
    if (name := task.get_name()).startswith("Task-") or name == "None":
        return ""
    if name.partition(".")[0] in sys.modules:
        name = name.rpartition(".")[2]
    return "" if len(name := without_identities(name)) > MAX_NAME_LENGTH else name


def _own(frames: list[Any]) -> list[Any]:
    return [frame for frame in frames if not is_library(frame.f_code.co_filename)]


def _frames(task: asyncio.Task[Any]) -> list[Any]:
    """Return the frames in which a task waits, outermost first."""
    frames: list[Any] = []
    coroutine: Any = task.get_coro()
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        frames.append(frame)
        coroutine = coroutine.cr_await
    return frames
