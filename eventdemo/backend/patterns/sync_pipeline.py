"""Pattern 3, a pipeline of events: five callers ask for one profile sync, which chains into three task listeners.

Stage one owns all knowledge of Oracle profiles; stage two has one listener per domain, side by side.
Errors are not suppressed here, so a caller that awaits the first event gets the error of a later stage, instead of a
200 for a profile that was never synced.
"""

from collections.abc import Sequence

from eventdemo.backend.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.push import push
from eventdemo.backend.services import Fcm, OracleFusion, PendingTask, ServiceError, Yardi
from eventdemo.backend.storage.model import ORACLE_FUSION, YARDI
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event

_TITLE = "A task is waiting for you"


class ProfileSync:
    """Stage one: the profile and the line manager, from Oracle Fusion."""

    def __init__(self, bus: EventBus, store: Store, oracle: OracleFusion) -> None:
        self._bus = bus
        self._store = store
        self._oracle = oracle

    @on_event(UserSyncProfile, suppress_errors=False)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        """Update the profile and the line manager, and then emit the event whose listeners look for pending tasks."""
        username, integration = await self._store.account(event.user_id, ORACLE_FUSION)
        await self._store.save_profile(event.user_id, await self._oracle.employee(integration, username))
        managers = await self._oracle.line_managers(integration, username)
        await self._store.save_line_manager(event.user_id, managers[0] if managers else None)
        await self._bus.emit_async(UserSyncTaskNotifications(user_id=event.user_id))


class TaskNotifications:
    """Stage two: each domain looks for its own pending tasks.

    A task is pushed once, however often it is seen. If the push fails, the next sync tries again.
    """

    def __init__(self, store: Store, oracle: OracleFusion, yardi: Yardi, fcm: Fcm) -> None:
        self._store = store
        self._oracle = oracle
        self._yardi = yardi
        self._fcm = fcm

    @on_event(UserSyncTaskNotifications, suppress_errors=False)
    async def notify_procurement_tasks(self, event: UserSyncTaskNotifications) -> None:
        username, integration = await self._store.account(event.user_id, ORACLE_FUSION)
        await self._notify(event.user_id, await self._oracle.pending_tasks(integration, username, "procurement"))

    @on_event(UserSyncTaskNotifications, suppress_errors=False)
    async def notify_hr_tasks(self, event: UserSyncTaskNotifications) -> None:
        username, integration = await self._store.account(event.user_id, ORACLE_FUSION)
        await self._notify(event.user_id, await self._oracle.pending_tasks(integration, username, "hr"))

    @on_event(UserSyncTaskNotifications, suppress_errors=False)
    async def notify_leasing_tasks(self, event: UserSyncTaskNotifications) -> None:
        username, integration = await self._store.account(event.user_id, YARDI)
        await self._notify(event.user_id, await self._yardi.pending_tasks(integration, username))

    async def _notify(self, user_id: int, tasks: Sequence[PendingTask]) -> None:
        for task in tasks:
            if await self._store.add_notification(user_id, task):
                try:
                    await push(self._store, self._fcm, user_id, _TITLE, task.title, data={"task": task.id})
                except ServiceError:
                    await self._store.remove_notification(user_id, task)
                    raise
