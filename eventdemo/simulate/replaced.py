"""What a run replaces for a while: parts of other libraries, and the loop that already runs in this thread.

Both are classes, because each schedule of an exploration replaces something, and a generator takes longer.
"""

import asyncio
from asyncio import events, tasks
from contextlib import AbstractContextManager

_ABSENT = object()


class Replaced(AbstractContextManager[None]):
    """Gives an attribute another value inside the block, to watch a program that must not be changed."""

    def __init__(self, owner: object, name: str, value: object) -> None:
        self._owner, self._name, self._value = owner, name, value

    def __enter__(self) -> None:
        self._before = getattr(self._owner, self._name, _ABSENT)
        setattr(self._owner, self._name, self._value)

    def __exit__(self, *_: object) -> None:
        if self._before is _ABSENT:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)


class OutsideTheRunningLoop(AbstractContextManager[None]):
    """Steps out of the running loop and its current task, if any, and back in at the end.

    The loop is a notebook's, or that of a listener that blocks.
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
