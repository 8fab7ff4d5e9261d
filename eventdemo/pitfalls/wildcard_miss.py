"""`wildcard-miss`: a dashboard of all user events never shows a sync of their tasks.

Cause: `*` matches one segment, so `user.*` matches `user.updated` but not `user.sync.task.notifications` (claim 9).
Fix: use `user.**`, which matches any number of segments.
"""

from functools import partial

from eventdemo.backend.events import UserSyncTaskNotifications, UserUpdated
from eventdemo.core.events import Event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

COMPLETE = "the dashboard shows every user event"


async def work_day(pattern: str, stage: Stage) -> str:
    """Emit two events for each user, and count those that the dashboard does not show."""
    shown: list[Event] = []

    @stage.bus.on(pattern)
    def show_event(event: Event) -> None:
        shown.append(event)

    for user_id in stage.user_ids:
        stage.bus.emit(UserUpdated(user_id=user_id))
        stage.bus.emit(UserSyncTaskNotifications(user_id=user_id))
    missing = 2 * len(stage.user_ids) - len(shown)
    return plural(missing, "user event is not shown", "user events are not shown", none=COMPLETE)


PITFALL = pair("wildcard-miss", COMPLETE, partial(work_day, "user.*"), partial(work_day, "user.**"))
