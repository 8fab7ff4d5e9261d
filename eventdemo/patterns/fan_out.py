"""Fan-out: two jobs that go through all users and emit one event for each.

The jobs know neither Oracle nor Yardi. They go through *all* employees, page by page along a key that they do not
change; a user whose listeners failed is not marked as done, and does not stop the others. Each job marks a date of its
own, and neither overlaps with itself: `schedule.py` starts the next run after the last one has ended.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from eventdemo import clock
from eventdemo.bus import EventBus
from eventdemo.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.store import Store

PAGE_SIZE = 50
log = logging.getLogger(__name__)


class CheckNotifications:
    """The poll: every five minutes, look for everybody's pending tasks."""

    cron = "*/5 * * * *"

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def poll(self) -> None:
        """Emit `user.sync.task.notifications` for every employee."""
        async for user_id in every_employee(self._store):
            await emit_and_mark(self._bus, UserSyncTaskNotifications(user_id=user_id), self._store.mark_checked)


class WeeklyProfileSync:
    """The weekly sync: on Friday at six in the morning, bring everybody's profile up to date."""

    cron = "0 6 * * FRI"

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def sync(self) -> None:
        """Emit `user.syncProfile` for every employee."""
        async for user_id in every_employee(self._store):
            await emit_and_mark(self._bus, UserSyncProfile(user_id=user_id), self._store.mark_synced)


async def every_employee(store: Store) -> AsyncIterator[int]:
    """Yield the id of every active employee, once."""
    last = 0
    while page := await store.employees_after(last, PAGE_SIZE):
        for user_id in page:
            yield user_id
        last = page[-1]


async def emit_and_mark(
    bus: EventBus,
    event: UserSyncProfile | UserSyncTaskNotifications,
    mark: Callable[[int, datetime], Awaitable[None]],
) -> None:
    """Emit for one user and mark the user as done, unless a listener failed: then log it and let the next run retry."""
    try:
        await bus.emit_async(event)
    except ExceptionGroup as failures:
        log.warning("user %s stays due: %s", event.user_id, failures)
    else:
        await mark(event.user_id, clock.current().now())
