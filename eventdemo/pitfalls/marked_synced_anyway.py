"""`marked-synced-anyway`: Oracle Fusion was down; everybody is marked as synced all the same, and not tried again.

Cause: the listener's error is logged and suppressed, as in Nest from 2.0.1 on; the job that awaits it learns nothing,
and moves the date. Claim 52: the listener fails for user 2, and users 1 to 4 are marked.
Repair: let the error through, and move the date only behind a sync that went well: who failed stays due.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core import clock
from eventdemo.core.events import UserSyncProfile
from eventdemo.core.on_event import on_event
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

ALL_TRUE = "whoever is marked as synced was synced"
Job = Callable[[Stage, int], Awaitable[None]]


class Suppressing:
    """A listener whose errors go to the log."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @on_event(UserSyncProfile)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        """Take over what Oracle Fusion knows."""
        await take_over(self.stage, event.user_id)


class Telling(Suppressing):
    """The same listener; its errors go to who awaits it."""

    @on_event(UserSyncProfile, suppress_errors=False)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        """Take over what Oracle Fusion knows."""
        await take_over(self.stage, event.user_id)


async def broken(stage: Stage) -> str:
    """Mark whoever was emitted for."""
    stage.bus.subscribe(Suppressing(stage))
    return await two_fridays(stage, sync)


async def sync(stage: Stage, user_id: int) -> None:
    """Emit, and move the date."""
    await stage.bus.emit_async(UserSyncProfile(user_id=user_id))
    await stage.store.mark_synced(user_id, clock.current().now())


async def repaired(stage: Stage) -> str:
    """Mark whoever was synced."""
    stage.bus.subscribe(Telling(stage))
    return await two_fridays(stage, sync_or_stay_due)


async def sync_or_stay_due(stage: Stage, user_id: int) -> None:
    """Emit, and move the date if that went well."""
    with suppress(ExceptionGroup):
        await sync(stage, user_id)


async def two_fridays(stage: Stage, job: Job) -> str:
    """Run the job while Oracle Fusion has an outage, and once more when that is over; count what is untrue."""
    async with asyncio.TaskGroup() as friday:
        friday.create_task(outage(stage))
        friday.create_task(sync_all(stage, job))
    await sync_all(stage, job)
    users = [await stage.store.user(user_id) for user_id in stage.user_ids]
    untrue = sum(user.last_synced is not None and not user.full_name for user in users)
    return f"{untrue} of {len(users)} are marked as synced and were not" if untrue else ALL_TRUE


async def sync_all(stage: Stage, job: Job) -> None:
    """Go through all who are due."""
    for user_id in stage.user_ids:
        if (await stage.store.user(user_id)).last_synced is None:
            await job(stage, user_id)


async def take_over(stage: Stage, user_id: int) -> None:
    """Ask Oracle Fusion for a profile, and keep it; until the first time, a user has no name here."""
    username, integration = await stage.store.account(user_id, ORACLE_FUSION)
    await stage.store.save_profile(user_id, await stage.oracle.employee(integration, username))


async def outage(stage: Stage) -> None:
    """Let Oracle Fusion be down for a second."""
    calm = stage.services.faults
    await asyncio.sleep(1)
    stage.services.use(calm.with_faults("down", only="oracle_fusion"))
    await asyncio.sleep(1)
    stage.services.use(calm)


PITFALL = pair("marked-synced-anyway", ALL_TRUE, broken, repaired)
