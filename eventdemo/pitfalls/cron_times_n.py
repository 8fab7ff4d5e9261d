"""`cron-times-n`: since the backend runs on two instances, every push arrives twice.

Cause: each instance runs the schedule, so each polls, finds the same users and pushes.
Fix: use a leader lock, so that one instance polls, or idempotency keys, so that all poll and one pushes (claim 55).
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from eventdemo.backend.patterns.fan_out import CheckNotifications
from eventdemo.backend.schedule import scheduled_for, scheduled_run
from eventdemo.core import clock
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.instances.lease import Leases
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.cron_overlap import ONCE, listen, outcome, poll
from eventdemo.pitfalls.definition import BROKEN, Pitfall, Variant


async def tick(job: Callable[[Stage], Awaitable[object]], stage: Stage) -> str:
    """Let the scheduled time come on two instances; count the users who are notified twice."""
    instances, now = (stage, stage.start("B")), clock.now()

    async def run(instance: Stage) -> None:
        with scheduled_for(CheckNotifications.cron, now):
            await job(instance)

    for instance in instances:
        listen(instance)
    async with asyncio.TaskGroup() as schedules:
        for instance in instances:
            schedules.create_task(instance.process.run(partial(run, instance)))
    for instance in instances:
        await instance.bus.drain()
    return outcome(stage)


async def with_leader_lock(stage: Stage) -> str:
    """Poll on the instance that acquires the lease."""
    leases = Leases(stage.database)
    return await tick(lambda instance: leases.once(scheduled_run(), partial(poll, instance)), stage)


async def with_keys(stage: Stage) -> str:
    """Poll on each instance, and run each listener once per user."""
    leases = Leases(stage.database)

    async def poll_with_keys(instance: Stage) -> None:
        assert isinstance(instance.bus, IdempotentBus)
        instance.bus.keys.leases = leases
        await poll(instance)

    return await tick(poll_with_keys, stage)


PITFALL = Pitfall(
    "cron-times-n",
    ONCE,
    (
        Variant(BROKEN, partial(tick, poll), holds=False),
        Variant("leader-lock", with_leader_lock),
        Variant("idempotency-key", with_keys, bus=IdempotentBus),
    ),
)
