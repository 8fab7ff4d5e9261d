"""`rate-limit`: a fan-out asks Oracle Fusion for everybody at once, and for most people all it gets is a 429.

Cause: nobody waits for anybody, so there are as many calls as people, and what was refused is not asked again. A bound
alone is luck: how many calls a second it lets through depends on how slowly the service answers.
Repair: a few at a time, and whoever is told to wait (`Retry-After`) waits, and asks again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from eventdemo.backend.services import RateLimited
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core.events import UserSyncTaskNotifications
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant
from mock_services import FaultPlan

AT_ONCE = 2
ALL_KNOWN = "everybody is looked up"
Listener = Callable[[UserSyncTaskNotifications], Awaitable[None]]


class Asking:
    """A listener that asks Oracle Fusion for somebody's tasks; `known` is for whom it got an answer."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: set[int] = set()
        self.places = asyncio.Semaphore(AT_ONCE)

    async def ask(self, event: UserSyncTaskNotifications) -> None:
        """Ask at once."""
        username, integration = await self.stage.store.account(event.user_id, ORACLE_FUSION)
        await self.stage.oracle.pending_tasks(integration, username, "hr")
        self.known.add(event.user_id)

    async def ask_in_turn(self, event: UserSyncTaskNotifications) -> None:
        """Ask when one of the places is free."""
        async with self.places:
            await self.ask(event)

    async def ask_patiently(self, event: UserSyncTaskNotifications) -> None:
        """Ask when one of the places is free, and keep it until there is an answer."""
        async with self.places:
            while event.user_id not in self.known:
                try:
                    await self.ask(event)
                except RateLimited as refusal:
                    await asyncio.sleep(refusal.retry_after or 1)


async def broken(stage: Stage) -> str:
    """Ask for everybody at once."""
    asking = Asking(stage)
    return await fan_out(stage, asking, asking.ask)


async def bounded(stage: Stage) -> str:
    """Ask for a few at a time."""
    asking = Asking(stage)
    return await fan_out(stage, asking, asking.ask_in_turn)


async def repaired(stage: Stage) -> str:
    """Ask for a few at a time, and as often as it takes."""
    asking = Asking(stage)
    return await fan_out(stage, asking, asking.ask_patiently)


async def fan_out(stage: Stage, asking: Asking, listener: Listener) -> str:
    """Emit once for each person, and wait for nobody until all are out; count whose tasks are still unknown."""
    stage.bus.on(UserSyncTaskNotifications, listener)
    for user_id in stage.user_ids:
        stage.bus.emit(UserSyncTaskNotifications(user_id=user_id))
    await stage.bus.drain()
    unknown = len(stage.user_ids) - len(asking.known)
    return f"{unknown} people are left out" if unknown else ALL_KNOWN


PITFALL = Pitfall(
    "rate-limit",
    ALL_KNOWN,
    (
        Variant(BROKEN, broken, holds=False),
        Variant("bounded", bounded, holds=False),
        Variant(REPAIRED, repaired),
    ),
    faults=FaultPlan.realistic().with_faults("429", only="oracle_fusion"),
    users_explored=3,
)
