"""Four of the five callers of the profile sync; the fifth is the weekly job in `patterns/fan_out.py`.

An HTTP endpoint, an admin, another system, a person at the command line: each emits the same event, and none knows what
the sync consists of.
"""

from collections.abc import Sequence

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import EMPLOYEE
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus


class NotAnEmployeeError(ValueError):
    """The user is not an employee, and only employees have a profile in Oracle Fusion."""


class ProfileSyncCallers:
    """The callers that request a sync and wait until it is done."""

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def from_http_endpoint(self, user_id: int, *, first_time: bool = False) -> None:
        """`PUT /user/sync-profile`: a user requests a sync of their own profile."""
        await self._check_employee(user_id)
        await self._bus.emit_async(UserSyncProfile(user_id=user_id, first_time=first_time))

    async def from_admin_panel(self, user_ids: Sequence[int]) -> None:
        """Sync the users that an admin picked; one failure does not stop the others."""
        failures = []
        for user_id in user_ids:
            try:
                await self._check_employee(user_id)
                await self._bus.emit_async(UserSyncProfile(user_id=user_id))
            except Exception as error:  # noqa: BLE001 - collected, and raised together below
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"{len(failures)} of {len(user_ids)} profiles were not synced", failures)

    async def from_external_api(self, username: str) -> None:
        """Sync a user whose profile changed in another system, which knows usernames only."""
        user = await self._store.user_named(username)
        assert user.id is not None
        await self._check_employee(user.id)
        await self._bus.emit_async(UserSyncProfile(user_id=user.id))

    async def from_command_line(self, user_id: int) -> None:
        """`eventdemo sync-profile 7`."""
        await self._check_employee(user_id)
        await self._bus.emit_async(UserSyncProfile(user_id=user_id))

    async def _check_employee(self, user_id: int) -> None:
        if (await self._store.user(user_id)).user_type != EMPLOYEE:
            raise NotAnEmployeeError(f"User {user_id} is not an employee, so Oracle Fusion has no profile to sync.")
