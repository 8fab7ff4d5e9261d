"""Pattern 2, entity lifecycle hooks: after a user was saved or deleted, the rest of the system may react.

An event is emitted after the commit, and one change gives one event: deleting does not also announce an update. A user
is new if there is no id yet. (The article calls `isEmpty(id)`, which returns true for every number in common versions.)
Hooks are not awaited, because the row is already stored, and a failing hook is logged.
"""

from collections import Counter

from eventdemo.backend.events import UserCreated, UserDeleted, UserUpdated
from eventdemo.backend.push import push
from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event


class UserService:
    """Stores and deletes users, and announces each change."""

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def save(self, user: User) -> User:
        """Store a new user or the changes to a known one."""
        event = UserCreated if user.id is None else UserUpdated
        stored = await self._store.save_user(user)
        assert stored.id is not None
        self._bus.emit(event(user_id=stored.id))
        return stored

    async def delete(self, user_id: int) -> User:
        """Mark a user as deleted; the row stays, for the audit trails that name it."""
        user = await self._store.user(user_id)
        user.is_active, user.is_deleted = False, True
        stored = await self._store.save_user(user)
        self._bus.emit(UserDeleted(user_id=user_id))
        return stored


class UserDirectory:
    """Names by user id, kept in this instance's memory and corrected by events."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.names: dict[int, str] = {}
        self.changes: dict[int, int] = Counter()
        """How many changes of each user were announced: a read that a newer change overtook is not stored."""

    @on_event(UserCreated)
    @on_event(UserUpdated)
    async def refresh_name(self, event: UserCreated | UserUpdated) -> None:
        """Read the name again; the event says which user, the store says what is true now."""
        self.changes[event.user_id] += 1
        change = self.changes[event.user_id]
        user = await self._store.user(event.user_id)
        if user.is_active and change == self.changes[event.user_id]:  # else a later event's answer has come first
            self.names[event.user_id] = user.full_name

    @on_event(UserDeleted)
    def forget_name(self, event: UserDeleted) -> None:
        self.changes[event.user_id] += 1
        self.names.pop(event.user_id, None)


class DeviceLifecycle:
    """Notifies a user's devices of a change, and logs them out when the user is deleted."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        self._store = store
        self._fcm = fcm

    @on_event(UserUpdated)
    async def confirm_change(self, event: UserUpdated) -> None:
        """Notify the user's devices that the profile was changed, because another person may have done it."""
        await push(self._store, self._fcm, event.user_id, "Profile changed", "Your profile was changed.")

    @on_event(UserDeleted)
    async def log_out_deleted_user(self, event: UserDeleted) -> None:
        await self._store.log_out_devices(event.user_id)
