"""`cron-overlap`: a poll takes longer than its period, so two runs overlap and users are notified twice.

Cause: each tick starts a run, even if the previous one is still running, and both have read the same list of users.
Fix: start a run only after the previous one has finished, as `schedule.py` does. Claim 46: `@nestjs/schedule` overlaps
unless `waitForCompletion` is set, which is in its types since 5.0.1.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from eventdemo.backend.events import UserSyncTaskNotifications
from eventdemo.backend.push import push
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core import clock
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from mock_services import Constant, FaultPlan, Faults

PERIOD, TICKS = 30.0, 2
"""Seconds between two ticks, and how many there are."""
SLOW = FaultPlan(oracle_fusion=Faults(latency=Constant(3000)))
"""Oracle Fusion takes three seconds for each answer, so a poll of 25 users takes longer than two ticks."""
Job = Callable[[], Coroutine[Any, Any, None]]
ONCE = "no user is notified twice"


async def at_each_tick(job: Job, ticks: int = TICKS) -> None:
    async with asyncio.TaskGroup() as runs:
        for _ in range(ticks):
            await asyncio.sleep(PERIOD)
            runs.create_task(job())


async def one_after_another(job: Job, ticks: int = TICKS) -> None:
    for _ in range(ticks):
        await asyncio.sleep(PERIOD)
        await job()


async def poll_by(schedule: Callable[[Job], Awaitable[None]], stage: Stage) -> str:
    listen(stage)
    await schedule(partial(poll, stage))
    return outcome(stage)


async def poll(stage: Stage) -> None:
    """Read the list of users who are due, then notify them one by one."""
    due = [user_id for user_id in stage.user_ids if (await stage.store.user(user_id)).last_checked is None]
    for user_id in due:
        with suppress(ExceptionGroup):  # a user whose notification failed stays due
            await stage.bus.emit_async(UserSyncTaskNotifications(user_id=user_id))
            await stage.store.mark_checked(user_id, clock.now())


def listen(stage: Stage) -> None:
    """Subscribe a listener that queries Oracle Fusion and notifies the user."""

    @stage.bus.on(UserSyncTaskNotifications)
    async def notify_of_tasks(event: UserSyncTaskNotifications) -> None:
        username, integration = await stage.store.account(event.user_id, ORACLE_FUSION)
        tasks = await stage.oracle.pending_tasks(integration, username, "procurement")
        await push(stage.store, stage.fcm, event.user_id, "Your tasks", f"{len(tasks)} tasks are waiting for you.")


def outcome(stage: Stage) -> str:
    pushes = Counter(push.token for push in stage.services.fcm.latest)
    devices = [stage.company.devices(user_id) for user_id in stage.user_ids]
    twice = sum(any(pushes[device.token] > 1 for device in owned) for owned in devices)
    return f"{twice} of {len(stage.user_ids)} users are notified twice" if twice else ONCE


PITFALL = pair("cron-overlap", ONCE, partial(poll_by, at_each_tick), partial(poll_by, one_after_another), faults=SLOW)
