"""`logout-race`: a device that logged out stays subscribed to its push topics, and no error says so.

Cause: one listener empties the device rows that the other one still has to read; who comes first is luck.
Repair: `patterns/auth.py` marks a device as logged out and keeps its token, so that either order does.
"""

import asyncio

from sqlalchemy import delete
from sqlmodel import col

from eventdemo.database import Database
from eventdemo.dispatch.listening import on_event
from eventdemo.events import AuthLogout
from eventdemo.model import Device
from eventdemo.services import Fcm
from eventdemo.store import Store


class UserAuthEventListener:
    """The article's first listener: it takes the devices away, and does not wait until they are gone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.floating: list[asyncio.Task[None]] = []

    @on_event(AuthLogout)
    async def log_out_device(self, event: AuthLogout) -> None:
        """Call `logoutDevice` as printed: neither awaited nor returned."""
        self.floating.append(asyncio.create_task(self._forget_devices(event.user_id), name="log_out_device"))

    async def _forget_devices(self, user_id: int) -> None:
        await self._database.do(lambda c: c.execute(delete(Device).where(col(Device.user_id) == user_id)))


class NotificationUserAuthEventListener:
    """The article's second listener: it reads the devices, and unsubscribes each from its topics."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        self._store = store
        self._fcm = fcm

    @on_event(AuthLogout)
    async def unsubscribe_from_topics(self, event: AuthLogout) -> None:
        """Take every device that is still known out of every topic."""
        for token in await self._store.device_tokens(event.user_id):
            for topic in await self._fcm.subscribed_topics(token):
                await self._fcm.unsubscribe(token, topic)
