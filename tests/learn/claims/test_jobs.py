"""Claims 50 to 53: jobs that go through all users. The tables are lists, and the queries are typical ones."""

import asyncio
from collections import Counter
from operator import itemgetter

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event
from tests.learn.claims.harness import now, play


def by_date(users, page, size, _start):
    return sorted(users, key=itemgetter("synced", "id"))[page * size :][:size]


def stale(users, page, size, start):
    return [user for user in users if user["synced"] < start][page * size :][:size]


def by_id(users, page, size, _start):
    return users[page * size :][:size]


def table(size):
    return [{"id": number, "synced": number} for number in range(size)]


@pytest.mark.parametrize(("query", "reached", "again"), [(by_date, 50, 30), (stale, 50, 0), (by_id, 100, 0)])
@play
async def test_50_offset_paging_over_a_column_that_the_loop_updates_skips_half(query, reached, again):
    users, visits, start = table(100), [], 1000
    bus = EventBus()
    bus.on("user.syncProfile", visits.append)

    page = 0
    while rows := query(users, page, 10, start):
        for user in rows:
            await bus.emit_async("user.syncProfile", user["id"])
            user["synced"] = start + len(visits)
        page += 1

    visited = Counter(visits)
    assert (len(visited), sum(times > 1 for times in visited.values())) == (reached, again)


@pytest.mark.parametrize(("query", "after_an_hour"), [(by_date, 600), (by_id, 50)])
def test_51_one_page_per_tick_is_always_the_same_page_without_an_update(query, after_an_hour):
    users, reached = table(1000), set()

    for tick in range(12):
        for position, user in enumerate(query(users, 0, 50, None)):
            reached.add(user["id"])
            user["synced"] = 1000 + 50 * tick + position

    assert len(reached) == after_an_hour


class Oracle:
    def __init__(self):
        self.down_for = 2

    async def _sync(self, user_id):
        if user_id == self.down_for:
            raise ConnectionError("oracle down for user 2")


class Suppressing(Oracle):
    @on_event("user.syncProfile")
    async def sync(self, user_id):
        await self._sync(user_id)


class Raising(Oracle):
    @on_event("user.syncProfile", suppress_errors=False)
    async def sync(self, user_id):
        await self._sync(user_id)


@pytest.mark.parametrize(
    ("listener", "marked"), [(Suppressing, [1, 2, 3, 4]), (Raising, [1])], ids=["logged", "raised"]
)
@play
async def test_52_a_suppressed_failure_is_marked_as_synced(listener, marked):
    bus, done = EventBus(), []
    bus.subscribe(listener())

    async def job():
        for user_id in (1, 2, 3, 4):
            await bus.emit_async("user.syncProfile", user_id)
            done.append(user_id)

    await asyncio.gather(job(), return_exceptions=True)

    assert done == marked


@play
async def test_53_a_loop_that_awaits_each_emit_takes_the_sum():
    bus = EventBus()
    for _ in range(3):
        bus.on("user.sync.task.notifications", lambda: asyncio.sleep(0.005))

    for _ in range(100):
        await bus.emit_async("user.sync.task.notifications")
    assert now() == 0.5

    await asyncio.gather(*(bus.emit_async("user.sync.task.notifications") for _ in range(100)))
    assert now() == 0.505
