"""`listener-leak`: "possible EventEmitter memory leak", and inboxes that were closed long ago still hear every event.

Cause: each request registers a listener on the one bus of the process, and nothing takes it away with the request.
Repair: remove it in `finally`. The warning comes with the eleventh (claim 60); a higher limit only silences it.
"""

import warnings
from collections.abc import Awaitable, Callable

from eventdemo.core.events import UserSyncTaskNotifications
from eventdemo.core.subscriptions import MaxListenersWarning
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

QUIET = "closed inboxes hear nothing"
Serve = Callable[[Stage, "Inbox"], Awaitable[None]]


class Inbox:
    """One person's page: it is to show what is new until it is closed."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.is_open = True
        self.disturbed = False

    def show_new_tasks(self, _: UserSyncTaskNotifications) -> None:
        """Show that there is something new."""
        self.disturbed |= not self.is_open

    async def read_and_close(self, stage: Stage) -> None:
        """Read what there is."""
        await stage.store.notifications(self.user_id)
        self.is_open = False


async def serve(stage: Stage, inbox: Inbox) -> None:
    """Serve one request, and leave its listener behind."""
    stage.bus.on(UserSyncTaskNotifications, inbox.show_new_tasks)
    await inbox.read_and_close(stage)


async def serve_and_tidy(stage: Stage, inbox: Inbox) -> None:
    """Serve one request, and take its listener away whatever happens."""
    stage.bus.on(UserSyncTaskNotifications, inbox.show_new_tasks)
    try:
        await inbox.read_and_close(stage)
    finally:
        stage.bus.remove_listener(UserSyncTaskNotifications, inbox.show_new_tasks)


async def broken(stage: Stage) -> str:
    """Serve everybody, and forget the listeners."""
    return await after_work(stage, serve)


async def repaired(stage: Stage) -> str:
    """Serve everybody, and remove the listeners."""
    return await after_work(stage, serve_and_tidy)


async def after_work(stage: Stage, serve: Serve) -> str:
    """Let everybody read and close their inbox, one after another; then something happens. Count who still hears."""

    def write_log(_: UserSyncTaskNotifications) -> None:
        """Be the one who is meant to hear it."""

    stage.bus.on(UserSyncTaskNotifications, write_log)
    inboxes = [Inbox(user_id) for user_id in stage.user_ids]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", MaxListenersWarning)
        for inbox in inboxes:
            await serve(stage, inbox)
    stage.bus.emit(UserSyncTaskNotifications(user_id=stage.user_ids[0]))
    await stage.bus.drain()
    disturbed = sum(inbox.disturbed for inbox in inboxes)
    return f"{disturbed} closed inboxes hear it{', and the bus warned' * bool(warned)}" if disturbed else QUIET


PITFALL = pair("listener-leak", QUIET, broken, repaired)
