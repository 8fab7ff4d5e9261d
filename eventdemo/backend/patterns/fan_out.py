"""Fan-out: two jobs that go through all users and emit one event for each.

The jobs know neither Oracle nor Yardi. They go through *all* employees, page by page along a key that they do not
change; a user whose listeners failed is not marked as done, and does not stop the others. Each job marks a date of its
own, and neither overlaps with itself: `schedule.py` starts the next run after the last one has ended.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from eventdemo.backend.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.backend.storage.store import Store
from eventdemo.core import clock
from eventdemo.core.bus import EventBus

PAGE_SIZE = 50
log = logging.getLogger(__name__)


class CheckNotifications:
    """The poll: every five minutes, look for the pending tasks of all employees."""

    cron = "*/5 * * * *"

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def poll(self) -> None:
        async for user_id in every_employee(self._store):
            with stays_due_if_it_fails(user_id):
                await self._bus.emit_async(UserSyncTaskNotifications(user_id=user_id))
                await self._store.mark_checked(user_id, clock.now())


class WeeklyProfileSync:
    """The weekly sync: on Friday at six in the morning, bring all profiles up to date."""

    cron = "0 6 * * FRI"

    def __init__(self, bus: EventBus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def sync(self) -> None:
        async for user_id in every_employee(self._store):
            with stays_due_if_it_fails(user_id):
                await self._bus.emit_async(UserSyncProfile(user_id=user_id))
                await self._store.mark_synced(user_id, clock.now())


async def every_employee(store: Store) -> AsyncIterator[int]:
    """Yield the id of every active employee, once."""
    last = 0
    while page := await store.employees_after(last, PAGE_SIZE):
        for user_id in page:
            yield user_id
        last = page[-1]


@contextmanager
def stays_due_if_it_fails(user_id: int) -> Iterator[None]:
    """Log that a user's listeners failed and go on: the date has not moved, so the next run tries this user again."""
    try:
        yield
    except ExceptionGroup as failures:
        log.warning("user %s stays due: %s", user_id, " ".join(map(str, leaf_exceptions(failures))))
