"""A callback in virtual time. The explorer's loops use it too."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Any


class VirtualHandle(asyncio.TimerHandle):
    """A callback and its time. A cancelled one stays in the heap until its time comes, and is dropped then.

    It leaves out asyncio's support for debugging, which takes a tenth of the time of a loop that only sleeps.
    """

    __slots__ = ()
    _scheduled, _source_traceback, _repr = False, None, None

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: Sequence[Any],
        loop: asyncio.AbstractEventLoop,
        context: Any,
    ) -> None:
        self._when = when
        self._callback = callback
        self._args = args
        self._loop = loop
        self._context = copy_context() if context is None else context
        self._cancelled = False

    def cancel(self) -> None:
        self._cancelled = True
        self._callback = self._args = None  # type: ignore[assignment]  # so that their memory is freed
