"""`floating-call`: logouts fail, the ledger says done, and nobody is told; in Node the process ends.

Cause: the listener starts the work without awaiting it, so it has succeeded before the work has begun (claim 13).
Repair: await it. Then the failure is the listener's own, and the bus tells whoever listens to 'error'.
"""

import asyncio

from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.store import Store
from eventdemo.core.events import AuthLogout
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from mock_services import FaultPlan

TOLD = "an operator is told of every failed logout"


class FloatingListener:
    """Calls, and does not wait: the article's listener as printed."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        self._store = store
        self._fcm = fcm
        self.floating: list[asyncio.Task[None]] = []

    @on_event(AuthLogout, suppress_errors=False)
    async def log_out_device(self, event: AuthLogout) -> None:
        """Take the user's phones out of every topic, at some time."""
        self.floating.append(asyncio.create_task(self._unsubscribe(event.user_id)))

    async def _unsubscribe(self, user_id: int) -> None:
        for token in await self._store.device_tokens(user_id):
            for topic in await self._fcm.subscribed_topics(token):
                await self._fcm.unsubscribe(token, topic)


class AwaitingListener(FloatingListener):
    """Calls, and waits."""

    @on_event(AuthLogout, suppress_errors=False)
    async def log_out_device(self, event: AuthLogout) -> None:
        """Take the user's phones out of every topic."""
        await self._unsubscribe(event.user_id)


async def broken(stage: Stage) -> str:
    """Log out with a listener that does not wait."""
    return await log_out(stage, FloatingListener(stage.store, stage.fcm))


async def repaired(stage: Stage) -> str:
    """Log out with a listener that waits."""
    return await log_out(stage, AwaitingListener(stage.store, stage.fcm))


async def log_out(stage: Stage, listener: FloatingListener) -> str:
    """Log everybody out while FCM is down; count the failures that no operator hears of."""
    told: list[Exception] = []

    def tell_operator(error: Exception) -> None:
        told.append(error)

    stage.bus.on("error", tell_operator)
    stage.bus.subscribe(listener)
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogout(user_id=user_id))
    await stage.bus.drain()
    await asyncio.gather(*(task for task in listener.floating if not task.done()), return_exceptions=True)
    await asyncio.sleep(0)  # the bus tells of a failure on the turn after it
    failed = sum(bool(stage.company.devices(user_id)) for user_id in stage.user_ids)
    return plural(failed - len(told), "logout failed and nobody knows", "logouts failed and nobody knows", none=TOLD)


PITFALL = pair("floating-call", TOLD, broken, repaired, faults=FaultPlan.realistic().with_faults("down", only="fcm"))
