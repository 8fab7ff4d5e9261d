"""Work that a library gives to a thread of its own, through a queue. In virtual time the loop does that work itself.

Two libraries have such threads: anyio (and with it Starlette and FastAPI, for plain `def` endpoints) and aiosqlite
(and with it SQLAlchemy's async engine). A thread that the program starts itself can't be ordered, so it is refused.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty
from typing import Any

from eventdemo.simulate.unsupported import unsupported

Work = Callable[[], None]
_start = threading.Thread.start


class Worker:
    """Stands for a thread that serves a queue."""

    def __init__(self, thread: Any, queue: Any, work_of: Callable[[Any, Any], Work | None]) -> None:
        self._thread = thread
        self._queue = queue
        self._work_of = work_of
        self._backlog: deque[Work] = deque()
        self._is_free = True

    def take(self) -> Iterator[Work]:
        """Yield the work that waits in the queue, in its order."""
        with suppress(Empty):
            while True:
                if (work := self._work_of(self._thread, self._queue.get_nowait())) is not None:
                    yield work

    def next_work(self) -> Work | None:
        """Return the next work, if the one before it is done."""
        self._backlog += self.take()
        if not (self._is_free and self._backlog):
            return None
        self._is_free = False
        return partial(self._do, self._backlog.popleft())

    def _do(self, work: Work) -> None:
        work()
        self._is_free = True


def _anyio_work(thread: Any, item: Any) -> Work | None:
    if item is None:  # the command to stop
        return None
    context, function, args, future, _scope = item

    def work() -> None:
        result, error = None, None
        try:
            result = context.run(function, *args)
        except BaseException as raised:  # noqa: BLE001 - as anyio does: the task that waits receives it
            error = raised
        thread._report_result(future, result, error)

    return work


def _aiosqlite_work(_thread: Any, item: Any) -> Work:
    future, function = item

    def work() -> None:
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - as aiosqlite does: the task that waits receives it
            if future and not future.done():
                future.set_exception(error)
        else:
            if future and not future.done():
                future.set_result(result)

    return work


def worker_of(thread: threading.Thread) -> Worker | None:
    """Return what stands for a library's thread, or None for any other one."""
    kind = type(thread)
    if (kind.__module__, kind.__name__) == ("anyio._backends._asyncio", "WorkerThread"):
        return Worker(thread, thread.queue, _anyio_work)  # type: ignore[attr-defined]
    target = getattr(thread, "_target", None)
    if getattr(target, "__module__", "") == "aiosqlite.core":
        return Worker(thread, thread._args[0], _aiosqlite_work)  # type: ignore[attr-defined]
    return None


@contextmanager
def workers_of(workers: list[Worker]) -> Iterator[None]:
    """Collect the libraries' threads that this thread starts meanwhile, instead of starting them; refuse others."""
    here = threading.get_ident()
    before = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if threading.get_ident() != here:
            return _start(thread)
        if (worker := worker_of(thread)) is None:
            raise unsupported(f"The start of the thread {thread.name!r}", "Use asyncio.to_thread instead")
        workers.append(worker)
        return None

    threading.Thread.start = start  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        threading.Thread.start = before  # type: ignore[method-assign]
