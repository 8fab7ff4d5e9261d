"""Pattern 1, side effects of authentication: the controller announces, two modules react, and neither knows the other.

The two listeners of a logout are independent because neither takes away what the other reads: a device is marked as
logged out and keeps its token. The article's listener probably empties the row, so there the order of the two decides
whether the push topics stay subscribed.
"""

from contextlib import suppress

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.backend.push import push
from eventdemo.backend.services import Fcm, UnregisteredToken
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event


class AuthController:
    """Logs users in and out, and emits an event for each."""

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def log_in(self, user_id: int, session_token: str) -> None:
        await self._store.open_session(session_token, user_id)
        self._bus.emit(AuthLogin(user_id=user_id))

    async def log_out_mobile(self, user_id: int, session_token: str) -> None:
        """End a session. The listeners are not awaited: the user is logged out as soon as the session is gone."""
        await self._store.end_session(session_token)
        self._bus.emit(AuthLogout(user_id=user_id))


class UserAuthListener:
    """What the user module does on a logout."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(AuthLogout)
    async def log_out_devices(self, event: AuthLogout) -> None:
        await self._store.log_out_devices(event.user_id)


class NotificationAuthListener:
    """What the notification module does on a login and on a logout."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        self._store = store
        self._fcm = fcm

    @on_event(AuthLogin)
    async def announce_login(self, event: AuthLogin) -> None:
        """Push a notice of the login to the user's devices."""
        await push(self._store, self._fcm, event.user_id, "New login", "You logged in on another device.")

    @on_event(AuthLogout)
    async def unsubscribe_from_topics(self, event: AuthLogout) -> None:
        """Unsubscribe every device of the user from every topic."""
        for token in await self._store.device_tokens(event.user_id):
            with suppress(UnregisteredToken):  # the app is gone from this device, and its topics with it
                for topic in await self._fcm.subscribed_topics(token):
                    await self._fcm.unsubscribe(token, topic)
