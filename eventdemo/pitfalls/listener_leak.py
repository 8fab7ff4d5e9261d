"""`listener-leak`: "possible EventEmitter memory leak", and inboxes that were closed long ago still get every event.

Cause: each request registers a listener on the process's only bus, and nothing removes it after the request.
Fix: remove it in `finally`. The warning appears with the eleventh listener (claim 60); a higher limit only hides it.
"""

import warnings
from collections.abc import Awaitable, Callable
from functools import partial

from eventdemo.backend.events import UserSyncTaskNotifications
from eventdemo.core.subscriptions import MaxListenersWarning
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

QUIET = "closed inboxes get no event"


class Inbox:
    """A user's page, which shows new tasks until it is closed."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.is_open = True
        self.notified_late = False

    def show_new_tasks(self, _: UserSyncTaskNotifications) -> None:
        self.notified_late |= not self.is_open

    async def read_and_close(self, stage: Stage) -> None:
        await stage.store.notifications(self.user_id)
        self.is_open = False


async def serve(stage: Stage, inbox: Inbox) -> None:
    """Serve one request, and leave its listener registered."""
    stage.bus.on(UserSyncTaskNotifications, inbox.show_new_tasks)
    await inbox.read_and_close(stage)


async def serve_and_remove(stage: Stage, inbox: Inbox) -> None:
    stage.bus.on(UserSyncTaskNotifications, inbox.show_new_tasks)
    try:
        await inbox.read_and_close(stage)
    finally:
        stage.bus.remove_listener(UserSyncTaskNotifications, inbox.show_new_tasks)


async def after_work(serve: Callable[[Stage, Inbox], Awaitable[None]], stage: Stage) -> str:
    """Open and close each user's inbox, then emit an event; count the closed inboxes that still get it."""

    @stage.bus.on(UserSyncTaskNotifications)
    def write_log(_: UserSyncTaskNotifications) -> None:
        """Listen, so that the event always has one listener."""

    inboxes = [Inbox(user_id) for user_id in stage.user_ids]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", MaxListenersWarning)
        for inbox in inboxes:
            await serve(stage, inbox)
    stage.bus.emit(UserSyncTaskNotifications(user_id=stage.user_ids[0]))
    await stage.bus.drain()
    late = sum(inbox.notified_late for inbox in inboxes)
    return f"{late} closed inboxes get the event{', and the bus warned' * bool(warned)}" if late else QUIET


PITFALL = pair("listener-leak", QUIET, partial(after_work, serve), partial(after_work, serve_and_remove), users=12)
