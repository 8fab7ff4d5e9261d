"""The loop that already runs in this thread: a notebook's, or that of a listener that blocks."""

import asyncio
from asyncio import events, tasks
from contextlib import AbstractContextManager


class OutsideTheRunningLoop(AbstractContextManager[None]):
    """Steps out of the running loop and its current task, if any, and back in at the end.

    It is a class, because each schedule of an exploration does this, and a generator takes longer.
    """

    def __enter__(self) -> None:
        self._loop = loop = events._get_running_loop()
        self._task = task = None if loop is None else asyncio.current_task(loop)
        if loop is not None and task is not None:
            tasks._leave_task(loop, task)  # 3.14 refuses to enter a task while another one is current
        events._set_running_loop(None)

    def __exit__(self, *_: object) -> None:
        events._set_running_loop(self._loop)
        if self._loop is not None and self._task is not None:
            tasks._enter_task(self._loop, self._task)
