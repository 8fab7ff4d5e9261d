"""Why a simulation cannot continue: which tasks wait, and where."""

import asyncio
from collections.abc import Iterator
from typing import Any

from eventdemo.instances.process import process_of


class StuckError(RuntimeError):
    """A run cannot continue."""

    reason: str

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        listed = "\n".join(f"  - {line}" for line in waiting_tasks(loop)) or "  - no task at all"
        super().__init__(f"{self.reason.format(loop.time())}\n{listed}")


class NothingCanHappenError(StuckError):
    """No callback is ready and no timer is set, so the run would wait forever."""

    reason = "Deadlock after {:.3f} s of virtual time: no timer is set, and these tasks wait:"


class StepLimitError(StuckError):
    """The run took more steps than allowed, as an endless loop does."""

    reason = "The step limit was reached at {:.3f} s of virtual time; is there an endless loop?"


def waiting_tasks(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Describe every unfinished task of `loop`: its name, and the chain of coroutines down to the one that waits.

    Names that asyncio generates are left out, because their numbers differ between runs, and so are
    tasks of dead processes.
    """
    return sorted(_described(task) for task in asyncio.all_tasks(loop) if not _is_dead(task))


def _is_dead(task: asyncio.Task[Any]) -> bool:
    process = process_of(task)
    return process is not None and not process.alive


def _described(task: asyncio.Task[Any]) -> str:
    chain = " → ".join(_chain(task.get_coro()))
    return chain if task.get_name().startswith("Task-") else f"{task.get_name()}: {chain}"


def _chain(coroutine: Any) -> Iterator[str]:
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        yield f"{coroutine.__qualname__} (line {frame.f_lineno})"
        coroutine = coroutine.cr_await
