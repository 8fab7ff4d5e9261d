"""`page-drift`: the weekly sync goes through all its pages, and half of the employees are never visited.

Cause: pages are counted by offset over the date that the loop itself moves: who is done leaves the front of the queue,
and the next offset jumps over as many. Claim 50: of 100 users in pages of 10, 50 are skipped and 30 visited again.
Repair: page along a key that the loop does not change.
"""

from collections import Counter
from collections.abc import AsyncIterator

from sqlmodel import col, select

from eventdemo.backend.storage.model import User
from eventdemo.core import clock
from eventdemo.core.events import UserSyncProfile
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

PAGES = 10
EACH_ONCE = "every employee is visited once"
LONGEST_AGO = select(col(User.id)).order_by(col(User.last_synced), col(User.id))


async def broken(stage: Stage) -> str:
    """Sync page by page, those first who have waited longest."""
    return await sync(stage, pages_by_date(stage))


async def repaired(stage: Stage) -> str:
    """Sync page by page, by id."""
    return await sync(stage, pages_by_key(stage))


async def pages_by_date(stage: Stage) -> AsyncIterator[int]:
    """Yield everybody, or so it seems: each page begins so many places behind the front of the queue."""
    size, page = page_size(stage), LONGEST_AGO.limit(page_size(stage))
    place = 0
    while found := await stage.database.read(lambda c: c.execute(page.offset(place)).scalars().all()):  # noqa: B023
        for user_id in found:
            yield user_id or 0
        place += size


async def pages_by_key(stage: Stage) -> AsyncIterator[int]:
    """Yield everybody: each page begins after the last id of the one before."""
    last = 0
    while found := await stage.store.employees_after(last, page_size(stage)):
        for user_id in found:
            yield user_id
        last = found[-1]


async def sync(stage: Stage, employees: AsyncIterator[int]) -> str:
    """Announce a sync for each employee and move the date, as the article's scheduler does; say who was visited."""
    visits: Counter[int] = Counter()

    async def sync_profile(event: UserSyncProfile) -> None:
        visits[event.user_id] += 1

    stage.bus.on(UserSyncProfile, sync_profile)
    async for user_id in employees:
        await stage.bus.emit_async(UserSyncProfile(user_id=user_id))
        await stage.store.mark_synced(user_id, clock.current().now())
    await stage.bus.drain()
    never = len(stage.user_ids) - len(visits)
    again = sum(times > 1 for times in visits.values())
    return (
        f"{never} of {len(stage.user_ids)} are never visited, {again} more than once" if never or again else EACH_ONCE
    )


def page_size(stage: Stage) -> int:
    """Return how many fit on a page: ten pages are enough for all."""
    return -(-len(stage.user_ids) // PAGES)


PITFALL = pair("page-drift", EACH_ONCE, broken, repaired, users_explored=4)
