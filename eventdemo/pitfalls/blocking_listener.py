"""`blocking-listener`: one plain listener computes, and everybody's requests stand still until it has finished.

Cause: there is one thread; while a listener computes, no other task runs. Claim 2: 150 ms of it, and an HTTP answer
takes 155 ms. `DETACHED` (Nest's `{async: true}`) lets the emitter go on first; then the loop stands still as well.
Repair: hand the computing to a worker. In virtual time that is one with a processor of its own; a Python thread shares
the interpreter and gives others a turn every few milliseconds.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.events import UserUpdated
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant

PATIENCE, REBUILDING = 0.1, 0.4
"""Seconds: how long an answer may take, and how long a new directory takes to compute."""
ALL_SERVED = "every answer within 100 ms"
Listener = Callable[[UserUpdated], Any]


async def broken(stage: Stage) -> str:
    """Compute in a plain listener."""

    def rebuild_directory(_: UserUpdated) -> None:
        stage.compute(REBUILDING)

    return await busy_morning(stage, rebuild_directory)


async def detached(stage: Stage) -> str:
    """Compute in a plain listener that nobody waits for: nobody, and yet everybody."""

    def rebuild_directory(_: UserUpdated) -> None:
        stage.compute(REBUILDING)

    return await busy_morning(stage, rebuild_directory, DeliveryMode.DETACHED)


async def repaired(stage: Stage) -> str:
    """Compute in a worker, and await it."""

    async def rebuild_directory(_: UserUpdated) -> None:
        await asyncio.to_thread(stage.compute, REBUILDING)

    return await busy_morning(stage, rebuild_directory)


async def busy_morning(stage: Stage, listener: Listener, delivery: DeliveryMode = DeliveryMode.AWAITED) -> str:
    """Let one person's name change while everybody opens the inbox; count who waited too long for that."""
    stage.bus.on(UserUpdated, listener, delivery=delivery)
    waits = await asyncio.gather(rename(stage, stage.user_ids[0]), *(open_inbox(stage, n) for n in stage.user_ids))
    await stage.bus.drain()
    late = sum(wait > PATIENCE for wait in waits)
    return f"{late} of {len(waits)} answers are late" if late else ALL_SERVED


async def rename(stage: Stage, user_id: int) -> float:
    """Correct somebody's name, and return how long the answer took."""
    began = asyncio.get_running_loop().time()
    user = await stage.store.user(user_id)
    stage.bus.emit(UserUpdated(user_id=user_id))
    return answered(stage, began, user)


async def open_inbox(stage: Stage, user_id: int) -> float:
    """Show somebody's notifications, and return how long the answer took."""
    began = asyncio.get_running_loop().time()
    return answered(stage, began, await stage.store.notifications(user_id))


def answered(stage: Stage, began: float, _: object) -> float:
    """Write the answer, and return how long ago the request came."""
    stage.compute(0)  # too short to count, but it needs the processor as well
    return asyncio.get_running_loop().time() - began


PITFALL = Pitfall(
    "blocking-listener",
    ALL_SERVED,
    (
        Variant(BROKEN, broken, holds=False),
        Variant("detached", detached, holds=False),
        Variant(REPAIRED, repaired),
    ),
)
