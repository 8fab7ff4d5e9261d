"""A virtual loop on which processes can be killed: it calls nothing more for a dead one.

Nobody is cancelled, because being cancelled is something that code can notice.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from contextvars import Context
from typing import Any

from eventdemo.instances.process import Process, in_context, is_dead, process_of
from eventdemo.simulate.virtual_time import VirtualHandle, VirtualLoop

MOST_FINALLYS = 100
"""Awaits in `finally` blocks, one inside the other, that clearing away a dead coroutine gets past."""


class KillableHandle(VirtualHandle):
    """What is to be called; for a dead process it counts as cancelled."""

    __slots__ = ("_called_off",)

    @property
    def _cancelled(self) -> bool:
        return self._called_off or is_dead(self._context)

    @_cancelled.setter
    def _cancelled(self, value: bool) -> None:
        self._called_off = value


class KillableLoop(VirtualLoop):
    """Runs what runs in any process that lives, or in none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._processes: set[Process] = set()
        """Held on to, and with them what is left of the dead ones."""

    def create_task(self, coro: Any, *, name: Any = None, context: Context | None = None, **options: Any) -> Any:
        """Start a task, and note which process it belongs to."""
        if (process := in_context(context)) is None:
            return super().create_task(coro, name=name, context=context, **options)
        self.handle_type = KillableHandle  # a look at each handle's process is wasted before the first process starts
        self._processes.add(process)
        task = super().create_task(coro, name=name, context=context, **options)
        process.adopt(task)
        return task

    def unfinished(self) -> Sequence[asyncio.Task[Any]]:
        """Clear the dead away, now that all is told; return the tasks of the living."""
        return living(super().unfinished())


def living(tasks: Sequence[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """Return those of living processes, and clear the others away."""
    dead = [task for task in tasks if (process := process_of(task)) and not process.alive]
    for task in dead:
        clear_away(task)
    return [task for task in tasks if task not in dead]


def clear_away(task: asyncio.Task[Any]) -> None:
    """Close a dead task's coroutine. Its `finally` blocks run now, when there is nothing left for them to change."""
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # it is meant to be pending
    coroutine = task.get_coro()
    assert coroutine is not None
    for _ in range(MOST_FINALLYS):
        with suppress(BaseException):  # one that awaits in `finally` says so, and has to be closed again
            coroutine.close()
            return
