"""`context-lost`: log lines do not say which request they belong to.

Cause: a task copies the context variables of its creator once, and a thread of an executor starts without any.
Fix: `asyncio.to_thread` copies them; a worker that started earlier needs the context passed to it.
(Node's AsyncLocalStorage reaches listeners under every flag: claim 69.)
"""

import asyncio
from contextvars import ContextVar, copy_context
from functools import partial

from eventdemo.backend.events import AuthLogin
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

NAMED = "every log line names its request"
request: ContextVar[str] = ContextVar("request", default="no request")


class Log:
    """A log of logins, each with its request. All methods but `write` are listeners, or the worker of some."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.work: asyncio.Queue[partial[None]] = asyncio.Queue()

    def write(self, event: AuthLogin) -> None:
        """Add a line; the request comes from the context, not from the event."""
        self.lines.append((event.user_id, request.get()))

    async def write_in_executor(self, event: AuthLogin) -> None:
        """Write in a thread, because writing may block."""
        await asyncio.get_running_loop().run_in_executor(None, self.write, event)

    async def write_to_thread(self, event: AuthLogin) -> None:
        await asyncio.to_thread(self.write, event)

    def write_inline(self, event: AuthLogin) -> None:
        """Write inside `emit`."""
        self.write(event)

    async def write_in_task(self, event: AuthLogin) -> None:
        """Write in the task that the bus starts, when the next request has already begun."""
        self.write(event)

    def queue_for_worker(self, event: AuthLogin) -> None:
        """Let the worker write, which was started before the first request."""
        self.work.put_nowait(partial(self.write, event))

    def queue_with_context(self, event: AuthLogin) -> None:
        """Let the worker write, and give it the context with each line."""
        self.work.put_nowait(partial(copy_context().run, self.write, event))

    async def do_work(self) -> None:
        while True:
            (await self.work.get())()
            self.work.task_done()


async def log_in(listener: str, stage: Stage, *, has_worker: bool = False) -> str:
    """Log all users in, each with a separate request; count the lines that do not name it."""
    log = Log()
    worker = asyncio.create_task(log.do_work()) if has_worker else None
    stage.bus.on(AuthLogin, getattr(log, listener))
    for user_id in stage.user_ids:
        request.set(f"request {user_id}")
        stage.bus.emit(AuthLogin(user_id=user_id))
    await stage.bus.drain()
    if worker is not None:
        await log.work.join()
    lost = sum((user_id, f"request {user_id}") not in log.lines for user_id in stage.user_ids)
    return plural(lost, "log line does not name its request", "log lines do not name their request", none=NAMED)


PITFALL = pair(
    "context-lost",
    NAMED,
    partial(log_in, "write_in_executor"),
    partial(log_in, "write_to_thread"),
    Variant("inline", partial(log_in, "write_inline")),
    Variant("task", partial(log_in, "write_in_task")),
    Variant("worker", partial(log_in, "queue_for_worker", has_worker=True), holds=False),
    Variant("handed", partial(log_in, "queue_with_context", has_worker=True)),
)
