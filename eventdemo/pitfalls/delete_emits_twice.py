"""`delete-emits-twice`: a user who is deleted gets a message that their profile was changed.

Cause: `delete` calls `save`, so one deletion emits `user.updated` and `user.deleted`, and nothing makes the listeners
of the first finish before those of the second (claim 18).
Fix: emit one event for one change.
"""

from functools import partial

from eventdemo.backend.events import UserDeleted
from eventdemo.backend.patterns.lifecycle import DeviceLifecycle, UserService
from eventdemo.backend.storage.model import User
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

SILENT = "no deleted user is notified of a change"


class PrintedUserService(UserService):
    """Deletes users as the article does."""

    async def delete(self, user_id: int) -> User:
        user = await self._store.user(user_id)
        user.is_active, user.is_deleted = False, True
        stored = await self.save(user)
        self._bus.emit(UserDeleted(user_id=user_id))
        return stored


async def delete_all(kind: type[UserService], stage: Stage) -> str:
    """Delete all users, and count those who are notified of a change."""
    service = kind(stage.bus, stage.store)
    stage.bus.subscribe(DeviceLifecycle(stage.store, stage.fcm))
    for user_id in stage.user_ids:
        await service.delete(user_id)
    await stage.bus.drain()
    found = "deleted user is notified of a change", "deleted users are notified of a change"
    return plural(stage.services.fcm.sent, *found, none=SILENT)


PITFALL = pair("delete-emits-twice", SILENT, partial(delete_all, PrintedUserService), partial(delete_all, UserService))
