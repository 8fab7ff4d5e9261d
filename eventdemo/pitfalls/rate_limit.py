"""`rate-limit`: a fan-out queries Oracle Fusion for all users at once, and most calls are rate-limited (HTTP 429).

Cause: no call waits for another, so there are as many calls as users, and a refused call is not retried. A concurrency
limit alone is not enough, because its calls per second depend on how slowly the service answers.
Fix: make a few calls at a time, and retry a refused call after the time in `Retry-After`.
"""

import asyncio
from functools import partial

from eventdemo.backend.events import UserSyncTaskNotifications
from eventdemo.backend.services import RateLimited
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant
from mock_services import FaultPlan

AT_ONCE = 2
ALL_KNOWN = "every user is looked up"


class TaskLookup:
    """A listener that queries a user's tasks; `known` has the users for whom it got an answer."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: set[int] = set()
        self.slots = asyncio.Semaphore(AT_ONCE)

    async def query(self, event: UserSyncTaskNotifications) -> None:
        username, integration = await self.stage.store.account(event.user_id, ORACLE_FUSION)
        await self.stage.oracle.pending_tasks(integration, username, "hr")
        self.known.add(event.user_id)

    async def query_in_slot(self, event: UserSyncTaskNotifications) -> None:
        async with self.slots:
            await self.query(event)

    async def query_with_retry(self, event: UserSyncTaskNotifications) -> None:
        """Query when a slot is free, and keep the slot until there is an answer."""
        async with self.slots:
            while event.user_id not in self.known:
                try:
                    await self.query(event)
                except RateLimited as refusal:
                    await asyncio.sleep(refusal.retry_after or 1)


async def fan_out(method: str, stage: Stage) -> str:
    """Emit once for each user, with a method of `TaskLookup` as listener; count the users without an answer."""
    lookup = TaskLookup(stage)
    stage.bus.on(UserSyncTaskNotifications, getattr(lookup, method))
    for user_id in stage.user_ids:
        stage.bus.emit(UserSyncTaskNotifications(user_id=user_id))
    await stage.bus.drain()
    unknown = len(stage.user_ids) - len(lookup.known)
    return plural(unknown, "user is not looked up", "users are not looked up", none=ALL_KNOWN)


PITFALL = Pitfall(
    "rate-limit",
    ALL_KNOWN,
    (
        Variant(BROKEN, partial(fan_out, "query"), holds=False),
        Variant("bounded", partial(fan_out, "query_in_slot"), holds=False),
        Variant(REPAIRED, partial(fan_out, "query_with_retry")),
    ),
    faults=FaultPlan.realistic().with_faults("429", only="oracle_fusion"),
    users_explored=3,
)
