"""`context-lost`: log lines do not say which request they belong to.

Cause: a task copies the context variables of its creator once, and a thread of an executor starts without any.
Fix: `asyncio.to_thread` copies them; a worker that started earlier needs the context passed to it.
(Node's AsyncLocalStorage reaches listeners under every flag: claim 69.)
"""

import asyncio
from contextvars import ContextVar, copy_context
from functools import partial

from eventdemo.backend.events import AuthLogin
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

NAMED = "every log line names its request"
request: ContextVar[str] = ContextVar("request", default="no request")


class Log:
    """A log of logins, each with its request."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []

    def write(self, event: AuthLogin) -> None:
        """Add a line; the request comes from the context, not from the event."""
        self.lines.append((event.user_id, request.get()))

    async def flush(self) -> None:
        """Wait until all lines are written."""


class InExecutor(Log):
    """Writes in a thread, because writing may block."""

    @on_event(AuthLogin)
    async def write_in_executor(self, event: AuthLogin) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.write, event)


class ToThread(Log):
    @on_event(AuthLogin)
    async def write_to_thread(self, event: AuthLogin) -> None:
        await asyncio.to_thread(self.write, event)


class Inline(Log):
    """Writes inside `emit`."""

    @on_event(AuthLogin)
    def write_inline(self, event: AuthLogin) -> None:
        self.write(event)


class InTask(Log):
    """Writes in the task that the bus starts, when the next request has already begun."""

    @on_event(AuthLogin)
    async def write_in_task(self, event: AuthLogin) -> None:
        self.write(event)


class InWorker(Log):
    """Writes in a worker task that was started before the first request."""

    def __init__(self) -> None:
        super().__init__()
        self._work: asyncio.Queue[partial[None]] = asyncio.Queue()
        self._worker = asyncio.create_task(self._do_work())

    async def _do_work(self) -> None:
        while True:
            (await self._work.get())()
            self._work.task_done()

    async def flush(self) -> None:
        await self._work.join()

    @on_event(AuthLogin)
    def queue_for_worker(self, event: AuthLogin) -> None:
        self._work.put_nowait(partial(self.write, event))


class ToWorker(InWorker):
    """Writes in a worker task, which gets the context with each line."""

    @on_event(AuthLogin)
    def queue_with_context(self, event: AuthLogin) -> None:
        self._work.put_nowait(partial(copy_context().run, self.write, event))


async def log_in(kind: type[Log], stage: Stage) -> str:
    """Log all users in, each with a separate request; count the lines that do not name it."""
    log = kind()
    stage.bus.subscribe(log)
    for user_id in stage.user_ids:
        request.set(f"request {user_id}")
        stage.bus.emit(AuthLogin(user_id=user_id))
    await stage.bus.drain()
    await log.flush()
    lost = sum((user_id, f"request {user_id}") not in log.lines for user_id in stage.user_ids)
    return plural(lost, "log line does not name its request", "log lines do not name their request", none=NAMED)


PITFALL = pair(
    "context-lost",
    NAMED,
    partial(log_in, InExecutor),
    partial(log_in, ToThread),
    Variant("inline", partial(log_in, Inline)),
    Variant("task", partial(log_in, InTask)),
    Variant("worker", partial(log_in, InWorker), holds=False),
    Variant("handed", partial(log_in, ToWorker)),
)
