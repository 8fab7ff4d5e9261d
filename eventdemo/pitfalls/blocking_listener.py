"""`blocking-listener`: one plain listener computes, and all requests wait until it has finished.

Cause: there is one thread, so a listener that computes blocks the event loop. Claim 2: after 150 ms of computing, an
HTTP answer takes 155 ms. `DETACHED` (Nest's `{async: true}`) only lets the emitter continue first.
Fix: compute in a worker. In virtual time the worker has its own processor; a Python thread shares the interpreter, and
switches every few milliseconds.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from eventdemo.backend.events import AuthLogin, UserUpdated
from eventdemo.core.delivery import DeliveryMode
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant

LIMIT, REBUILDING = 0.1, 0.4
"""Seconds that an answer may take, and that the directory takes to rebuild."""
ALL_SERVED = "every answer within 100 ms"
Listener = Callable[[UserUpdated], Any]


async def broken(stage: Stage, delivery: DeliveryMode = DeliveryMode.AWAITED) -> str:
    """Compute in a plain listener. A detached one lets the emitter continue, but all other tasks wait for it."""

    def rebuild_directory(_: UserUpdated) -> None:
        stage.compute(REBUILDING)

    return await busy_morning(stage, rebuild_directory, delivery)


async def repaired(stage: Stage) -> str:
    """Compute in a worker, and await it."""

    async def rebuild_directory(_: UserUpdated) -> None:
        await asyncio.to_thread(stage.compute, REBUILDING)

    return await busy_morning(stage, rebuild_directory)


async def busy_morning(stage: Stage, listener: Listener, delivery: DeliveryMode = DeliveryMode.AWAITED) -> str:
    """Rename one user while all users log in; count the answers that take too long."""
    stage.bus.on(UserUpdated, listener, delivery=delivery)
    stage.bus.on(AuthLogin, count_login)
    waits = await asyncio.gather(rename(stage, stage.user_ids[0]), *(log_in(stage, n) for n in stage.user_ids))
    await stage.bus.drain()
    late = sum(wait > LIMIT for wait in waits)
    return f"{late} of {len(waits)} answers are late" if late else ALL_SERVED


async def rename(stage: Stage, user_id: int) -> float:
    began = asyncio.get_running_loop().time()
    await stage.store.user(user_id)
    stage.bus.emit(UserUpdated(user_id=user_id))
    return answered(stage, began)


async def log_in(stage: Stage, user_id: int) -> float:
    began = asyncio.get_running_loop().time()
    await stage.store.notifications(user_id)
    stage.bus.emit(AuthLogin(user_id=user_id))
    return answered(stage, began)


def count_login(_: AuthLogin) -> None:
    """Do next to nothing, so a picture shows when each user got through."""


def answered(stage: Stage, began: float) -> float:
    """Send the answer, and return the time since the request came."""
    stage.compute(0)  # takes no time, but waits for the processor
    return asyncio.get_running_loop().time() - began


PITFALL = Pitfall(
    "blocking-listener",
    ALL_SERVED,
    (
        Variant(BROKEN, broken, holds=False),
        Variant("detached", partial(broken, delivery=DeliveryMode.DETACHED), holds=False),
        Variant(REPAIRED, repaired),
    ),
)
