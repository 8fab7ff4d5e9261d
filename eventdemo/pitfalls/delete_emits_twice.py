"""`delete-emits-twice`: whoever is deleted is told in the same moment that the profile was changed.

Cause: `delete` calls `save`, so one deletion is announced as `user.updated` and as `user.deleted`, and nothing keeps
the listeners of the first ahead of those of the second (claim 18).
Repair: one change, one event.
"""

from eventdemo.backend.patterns.lifecycle import DeviceLifecycle, UserService
from eventdemo.backend.storage.model import User
from eventdemo.core.events import UserDeleted
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

SILENT = "nobody who is deleted hears of a change"


class PrintedUserService(UserService):
    """Deletes users as the article does."""

    async def delete(self, user_id: int) -> User:
        """Mark a user as deleted, and `save` that."""
        user = await self._store.user(user_id)
        user.is_active, user.is_deleted = False, True
        stored = await self.save(user)
        self._bus.emit(UserDeleted(user_id=user_id))
        return stored


async def broken(stage: Stage) -> str:
    """Delete everybody by way of `save`."""
    return await delete_all(stage, PrintedUserService(stage.bus, stage.store))


async def repaired(stage: Stage) -> str:
    """Delete everybody with `patterns/lifecycle.py`."""
    return await delete_all(stage, UserService(stage.bus, stage.store))


async def delete_all(stage: Stage, service: UserService) -> str:
    """Delete everybody, and count who was told of a change."""
    stage.bus.subscribe(DeviceLifecycle(stage.store, stage.fcm))
    for user_id in stage.user_ids:
        await service.delete(user_id)
    await stage.bus.drain()
    return plural(
        stage.services.fcm.sent, "deleted user hears of a change", "deleted users hear of a change", none=SILENT
    )


PITFALL = pair("delete-emits-twice", SILENT, broken, repaired)
