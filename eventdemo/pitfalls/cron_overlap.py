"""`cron-overlap`: a poll that takes longer than its period runs beside itself, and people are told twice.

Cause: each tick starts a run, whether or not the last one has ended; both have read the same list of who is due.
Repair: start no run before the last one has ended, as `schedule.py` does. Claim 46: `@nestjs/schedule` overlaps unless
`waitForCompletion` is set, which its types know from 5.0.1 on.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from eventdemo.backend.push import push
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core import clock
from eventdemo.core.events import UserSyncTaskNotifications
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from mock_services import Constant, FaultPlan, Faults

PERIOD, TICKS = 30.0, 2
"""Seconds between two ticks, and how many there are."""
SLOW = FaultPlan(oracle_fusion=Faults(latency=Constant(3000)))
"""Oracle Fusion takes three seconds for each answer, so 25 people take longer than two ticks."""
Job = Callable[[], Coroutine[Any, Any, None]]
ONCE = "nobody is told twice"


async def broken(stage: Stage) -> str:
    """Poll at each tick."""
    listen(stage)
    await at_each_tick(partial(poll, stage))
    return told_twice(stage)


async def repaired(stage: Stage) -> str:
    """Poll again when the last poll has ended."""
    listen(stage)
    await one_after_another(partial(poll, stage))
    return told_twice(stage)


async def at_each_tick(job: Job, ticks: int = TICKS) -> None:
    """Start a run at each tick."""
    async with asyncio.TaskGroup() as runs:
        for _ in range(ticks):
            await asyncio.sleep(PERIOD)
            runs.create_task(job())


async def one_after_another(job: Job, ticks: int = TICKS) -> None:
    """Start a run when the one before has ended, a period later."""
    for _ in range(ticks):
        await asyncio.sleep(PERIOD)
        await job()


async def poll(stage: Stage) -> None:
    """Read who has not been told yet, then go through the list."""
    due = [user_id for user_id in stage.user_ids if (await stage.store.user(user_id)).last_checked is None]
    for user_id in due:
        with suppress(ExceptionGroup):  # whoever could not be told stays due
            await stage.bus.emit_async(UserSyncTaskNotifications(user_id=user_id))
            await stage.store.mark_checked(user_id, clock.current().now())


def listen(stage: Stage) -> None:
    """Have one listener ask Oracle Fusion, and tell the user how much waits."""

    async def tell_of_tasks(event: UserSyncTaskNotifications) -> None:
        username, integration = await stage.store.account(event.user_id, ORACLE_FUSION)
        tasks = await stage.oracle.pending_tasks(integration, username, "procurement")
        await push(stage.store, stage.fcm, event.user_id, "Your tasks", f"{len(tasks)} tasks are waiting for you.")

    stage.bus.on(UserSyncTaskNotifications, tell_of_tasks)


def told_twice(stage: Stage) -> str:
    """Count whose phone rang twice."""
    rang = Counter(push.token for push in stage.services.fcm.latest)
    twice = sum(any(rang[device.token] > 1 for device in stage.company.devices(user_id)) for user_id in stage.user_ids)
    return f"{twice} of {len(stage.user_ids)} people are told twice" if twice else ONCE


PITFALL = pair("cron-overlap", ONCE, broken, repaired, faults=SLOW)
