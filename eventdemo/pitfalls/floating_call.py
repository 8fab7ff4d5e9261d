"""`floating-call`: logouts fail, but the ledger says done and nothing reports an error; in Node the process exits.

Cause: the listener starts the work without awaiting it, so it has succeeded before the work has begun (claim 13).
Fix: await the work. Then the listener fails with it, and the bus emits 'error'.
"""

import asyncio
from functools import partial

from eventdemo.backend.events import AuthLogout
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from mock_services import FaultPlan

NOTIFIED = "an operator is notified of every failed logout"


class FloatingListener:
    """Starts the work and does not wait: the article's listener as printed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.floating: list[asyncio.Task[None]] = []

    @on_event(AuthLogout, suppress_errors=False)
    async def log_out_device(self, event: AuthLogout) -> None:
        self.floating.append(asyncio.create_task(self._unsubscribe(event.user_id)))

    async def _unsubscribe(self, user_id: int) -> None:
        for token in await self.stage.store.device_tokens(user_id):
            for topic in await self.stage.fcm.subscribed_topics(token):
                await self.stage.fcm.unsubscribe(token, topic)


class AwaitingListener(FloatingListener):
    @on_event(AuthLogout, suppress_errors=False)
    async def log_out_device(self, event: AuthLogout) -> None:
        await self._unsubscribe(event.user_id)


async def log_out(kind: type[FloatingListener], stage: Stage) -> str:
    """Log all users out while FCM is down; count the failures that do not reach the operator."""
    listener, notified = kind(stage), list[Exception]()

    @stage.bus.on("error")
    def notify_operator(error: Exception) -> None:
        notified.append(error)

    stage.bus.subscribe(listener)
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogout(user_id=user_id))
    await stage.bus.drain()
    await asyncio.gather(*(task for task in listener.floating if not task.done()), return_exceptions=True)
    await asyncio.sleep(0)  # the bus emits 'error' one turn later
    failed = sum(bool(stage.company.devices(user_id)) for user_id in stage.user_ids)
    return plural(failed - len(notified), "logout failed unnoticed", "logouts failed unnoticed", none=NOTIFIED)


PITFALL = pair(
    "floating-call",
    NOTIFIED,
    partial(log_out, FloatingListener),
    partial(log_out, AwaitingListener),
    faults=FaultPlan.realistic().with_faults("down", only="fcm"),
)
