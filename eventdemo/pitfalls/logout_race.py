"""`logout-race`: a device that logged out stays subscribed to its push topics, and nothing reports an error.

Cause: one listener deletes the device rows that the other one has to read, and which one is first depends on timing.
Fix: mark a device as logged out and keep its token, as `patterns/auth.py` does, so that either order works.
"""

import asyncio

from sqlalchemy import bindparam, delete
from sqlmodel import col

from eventdemo.backend.events import AuthLogout
from eventdemo.backend.patterns.auth import AuthController, NotificationAuthListener, UserAuthListener
from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import Device
from eventdemo.backend.storage.store import Store
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.end_checks import FinalState, subscriptions
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

ALL_GONE = "no topic stays subscribed"
_DELETE_DEVICES = delete(Device).where(col(Device.user_id) == bindparam("owner"))


class UserAuthEventListener:
    """The article's first listener: it starts to delete the devices, and does not wait for that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.floating: list[asyncio.Task[None]] = []

    @on_event(AuthLogout)
    async def log_out_device(self, event: AuthLogout) -> None:
        """Call `logoutDevice` as printed: neither awaited nor returned."""
        self.floating.append(asyncio.create_task(self._delete_devices(event.user_id), name="log_out_device"))

    async def _delete_devices(self, user_id: int) -> None:
        await self._database.write(lambda c: c.execute(_DELETE_DEVICES, {"owner": user_id}))


class NotificationUserAuthEventListener:
    """The article's second listener: it reads the devices, and unsubscribes each from its topics."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        self._store = store
        self._fcm = fcm

    @on_event(AuthLogout)
    async def unsubscribe_from_topics(self, event: AuthLogout) -> None:
        for token in await self._store.device_tokens(event.user_id):
            for topic in await self._fcm.subscribed_topics(token):
                await self._fcm.unsubscribe(token, topic)


async def broken(stage: Stage) -> str:
    """Log out with the article's two listeners."""
    floating = UserAuthEventListener(stage.database)
    stage.bus.subscribe(floating)
    stage.bus.subscribe(NotificationUserAuthEventListener(stage.store, stage.fcm))
    await log_out(stage)
    await asyncio.gather(*(task for task in floating.floating if not task.done()))
    return left_subscribed(stage)


async def repaired(stage: Stage) -> str:
    """Log out with the listeners of `patterns/auth.py`."""
    stage.bus.subscribe(UserAuthListener(stage.store))
    stage.bus.subscribe(NotificationAuthListener(stage.store, stage.fcm))
    await log_out(stage)
    return left_subscribed(stage)


async def log_out(stage: Stage) -> None:
    for user_id in stage.user_ids:
        await AuthController(stage.bus, stage.store).log_out_mobile(user_id, "any session")
    await stage.bus.drain()


def left_subscribed(stage: Stage) -> str:
    left = subscriptions(FinalState(stage.database, stage.services), stage.user_ids)
    return plural(left, "topic stays subscribed", "topics stay subscribed", none=ALL_GONE)


PITFALL = pair("logout-race", ALL_GONE, broken, repaired)
