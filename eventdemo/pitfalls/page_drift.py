"""`page-drift`: the weekly sync reads all its pages, but never visits half of the employees.

Cause: offset pagination ordered by a date that the loop updates. Finished users move to the end of the list, and the
next offset skips as many others. Claim 50: of 100 users in pages of 10, 50 are skipped and 30 visited again.
Fix: paginate by a key that the loop does not change.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial

from sqlmodel import col, select

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import User
from eventdemo.core import clock
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

PAGES = 10
EACH_ONCE = "every employee is visited once"
STALEST_FIRST = select(col(User.id)).order_by(col(User.last_synced), col(User.id))


async def pages_by_date(stage: Stage) -> AsyncIterator[int]:
    """Yield the users of each page, by offset in the list ordered by date."""
    size, page = page_size(stage), STALEST_FIRST.limit(page_size(stage))
    offset = 0
    while found := await stage.database.read(lambda c: c.execute(page.offset(offset)).scalars().all()):  # noqa: B023
        for user_id in found:
            yield user_id or 0
        offset += size


async def pages_by_key(stage: Stage) -> AsyncIterator[int]:
    """Yield the users of each page, which begins after the last id of the previous one."""
    last = 0
    while found := await stage.store.employees_after(last, page_size(stage)):
        for user_id in found:
            yield user_id
        last = found[-1]


async def sync(pages: Callable[[Stage], AsyncIterator[int]], stage: Stage) -> str:
    """Emit a sync for each employee and set the date, as the article's scheduler does; count the visits."""
    visits: Counter[int] = Counter()

    @stage.bus.on(UserSyncProfile)
    async def sync_profile(event: UserSyncProfile) -> None:
        visits[event.user_id] += 1

    async for user_id in pages(stage):
        await stage.bus.emit_async(UserSyncProfile(user_id=user_id))
        await stage.store.mark_synced(user_id, clock.now())
    await stage.bus.drain()
    never = len(stage.user_ids) - len(visits)
    again = sum(times > 1 for times in visits.values())
    if not never and not again:
        return EACH_ONCE
    return f"{never} of {len(stage.user_ids)} employees are never visited, {again} more than once"


def page_size(stage: Stage) -> int:
    return -(-len(stage.user_ids) // PAGES)


PITFALL = pair(
    "page-drift", EACH_ONCE, partial(sync, pages_by_date), partial(sync, pages_by_key), users_explored=4, users=100
)
