"""`marked-synced-anyway`: Oracle Fusion was down, but all users are marked as synced, so there is no retry.

Cause: the listener's error is logged and suppressed, as in Nest from 2.0.1 on. The job that awaits it does not see the
error, and sets the date. Claim 52: the listener fails for user 2, and users 1 to 4 are marked.
Fix: let the error reach the job, and set the date only after a successful sync, so that the user stays due.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core import clock
from eventdemo.core.on_event import on_event
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

ALL_TRUE = "every user marked as synced was synced"
Job = Callable[[Stage, int], Awaitable[None]]


class Suppressing:
    """A listener whose errors are only logged."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @on_event(UserSyncProfile)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        await copy_profile(self.stage, event.user_id)


class Raising(Suppressing):
    """The same listener, but its errors reach the emitter."""

    @on_event(UserSyncProfile, suppress_errors=False)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        await copy_profile(self.stage, event.user_id)


async def sync(stage: Stage, user_id: int) -> None:
    await stage.bus.emit_async(UserSyncProfile(user_id=user_id))
    await stage.store.mark_synced(user_id, clock.now())


async def sync_or_stay_due(stage: Stage, user_id: int) -> None:
    """Emit, and set the date if no listener failed."""
    with suppress(ExceptionGroup):
        await sync(stage, user_id)


async def two_fridays(listener: type[Suppressing], job: Job, stage: Stage) -> str:
    """Run the job during an outage of Oracle Fusion, and again afterwards; count the users who are wrongly marked."""
    stage.bus.subscribe(listener(stage))
    async with asyncio.TaskGroup() as friday:
        friday.create_task(outage(stage))
        friday.create_task(sync_all(stage, job))
    await sync_all(stage, job)
    users = [await stage.store.user(user_id) for user_id in stage.user_ids]
    wrong = sum(user.last_synced is not None and not user.full_name for user in users)
    return f"{wrong} of {len(users)} users are marked as synced but were not" if wrong else ALL_TRUE


async def sync_all(stage: Stage, job: Job) -> None:
    for user_id in stage.user_ids:
        if (await stage.store.user(user_id)).last_synced is None:
            await job(stage, user_id)


async def copy_profile(stage: Stage, user_id: int) -> None:
    """Copy a profile from Oracle Fusion; before the first time, a user has no name here."""
    username, integration = await stage.store.account(user_id, ORACLE_FUSION)
    await stage.store.save_profile(user_id, await stage.oracle.employee(integration, username))


async def outage(stage: Stage) -> None:
    normal = stage.services.faults
    await asyncio.sleep(1)
    stage.services.use(normal.with_faults("down", only="oracle_fusion"))
    await asyncio.sleep(1)
    stage.services.use(normal)


PITFALL = pair(
    "marked-synced-anyway",
    ALL_TRUE,
    broken=partial(two_fridays, Suppressing, sync),
    repaired=partial(two_fridays, Raising, sync_or_stay_due),
)
