"""Work that a library gives to a thread of its own, through a queue. In virtual time the loop does that work itself.

Two libraries have such threads: anyio (and with it Starlette and FastAPI, for plain `def` endpoints) and aiosqlite
(and with it SQLAlchemy's async engine). A thread that the program starts itself can't be ordered, so it is refused.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from queue import Empty
from typing import Any, NamedTuple

from eventdemo.simulate.replaced import Replaced
from eventdemo.simulate.sqlite_locks import LockedError, Patience, Statements
from eventdemo.simulate.unsupported import unsupported


class Work(NamedTuple):
    """What a thread does next, and the future that a task waits for meanwhile."""

    future: asyncio.Future[Any]
    do: Callable[..., None]


_start = threading.Thread.start


class LibraryThread:
    """Stands for a thread that serves a queue. `peers` are all such threads of a program."""

    def __init__(self, thread: Any, queue: Any, work_of: Callable[[Any, Any], Work | None]) -> None:
        self._thread = thread
        self._queue = queue
        self._work_of = work_of
        self._backlog: deque[Work] = deque()
        self._is_free = True
        self._waiting: Work | None = None
        """Work that found a database locked."""
        self._tried_after = 0
        """How many statements had been done when it did."""
        self.peers: list[LibraryThread] = []
        self.serves_sqlite = work_of is _aiosqlite_work
        """Whether the work is a call of SQLite, so that an observed connection declares what it accesses."""

    def take(self) -> bool:
        """Take what waits in the queue; return whether there was something."""
        if Statements.done > self._tried_after:
            self.retry()
        before = len(self._backlog)
        with suppress(Empty):
            while True:
                if (work := self._work_of(self._thread, self._queue.get_nowait())) is not None:
                    self._backlog.append(work)
        return len(self._backlog) > before

    def next_work(self) -> Work | None:
        """Return the next work, if the one before it is done."""
        if not (self._is_free and self._backlog):
            return None
        self._is_free = False
        work = self._backlog.popleft()
        return Work(work.future, partial(self._do, work))

    def _do(self, work: Work) -> None:
        before = Statements.done
        try:
            work.do()
        except LockedError:
            self._waiting, Statements.done, self._tried_after = work, before, before
            return
        self._is_free = True
        for peer in self.peers:
            peer.retry()

    def retry(self) -> None:
        """Let work that waits for a lock try again, because another connection has done something."""
        if self._waiting is not None:
            self._backlog.appendleft(self._waiting)
            self._waiting, self._is_free = None, True

    def end_wait(self) -> bool:
        """Fail the work that waits for a lock, as SQLite does after some seconds; return whether there is one."""
        if (work := self._waiting) is None:
            return False
        self._waiting, self._is_free = None, True
        work.do(patient=False)
        return True


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

    return Work(future, work)


def _aiosqlite_work(thread: Any, item: Any) -> Work:
    future, function = item
    call = thread.__dict__.setdefault("_eventdemo_patience", Patience()).call

    def work(*, patient: bool = True) -> None:
        try:
            result = call(function) if patient else function()
        except LockedError:
            raise
        except BaseException as error:  # noqa: BLE001 - as aiosqlite does: the task that waits receives it
            if future and not future.done():
                future.set_exception(error)
        else:
            if future and not future.done():
                future.set_result(result)

    return Work(future, work)


def stand_in_for(thread: threading.Thread) -> LibraryThread | None:
    """Return what stands for a library's thread, or None for any other one."""
    kind = type(thread)
    if (kind.__module__, kind.__name__) == ("anyio._backends._asyncio", "WorkerThread"):
        return LibraryThread(thread, thread.queue, _anyio_work)  # type: ignore[attr-defined]
    target = getattr(thread, "_target", None)
    if getattr(target, "__module__", "") == "aiosqlite.core":
        return LibraryThread(thread, thread._args[0], _aiosqlite_work)  # type: ignore[attr-defined]
    return None


def library_threads(threads: list[LibraryThread]) -> AbstractContextManager[None]:
    """Collect the libraries' threads that this thread starts meanwhile, instead of starting them; refuse others."""
    here = threading.get_ident()

    def start(thread: threading.Thread) -> None:
        if threading.get_ident() != here:
            return _start(thread)
        if (stand_in := stand_in_for(thread)) is None:
            raise unsupported(f"The start of the thread {thread.name!r}", "Use asyncio.to_thread instead")
        stand_in.peers = threads
        threads.append(stand_in)
        return None

    return Replaced(threading.Thread, "start", start)
