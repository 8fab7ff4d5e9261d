"""`swallowed-error`: a profile was not synced and stage two never began, but the caller got a 200.

Cause: a listener's error is only logged, which is Nest's default from 2.0.1 on (claims 26 and 32).
Fix: use `suppress_errors=False` if the answer depends on the work; in Nest, `suppressErrors: false` (from 2.0.2 on).
"""

from functools import partial

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.patterns.sync_pipeline import ProfileSync, TaskNotifications
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from mock_services import FaultPlan

HONEST = "a 200 means that the profile is synced"


class PrintedProfileSync(ProfileSync):
    """Stage one as the article registers it."""

    @on_event(UserSyncProfile)
    async def sync_profile(self, event: UserSyncProfile) -> None:
        await super().sync_profile(event)


async def request_syncs(stage_one: type[ProfileSync], stage: Stage) -> str:
    """Request a sync for each user while Oracle is down; count the answers that report success."""
    stage.bus.subscribe(stage_one(stage.bus, stage.store, stage.oracle))
    stage.bus.subscribe(TaskNotifications(stage.store, stage.oracle, stage.yardi, stage.fcm))
    answers = [await put_sync_profile(stage.bus, user_id) for user_id in stage.user_ids]
    answered = "answered with 200"
    return plural(answers.count(200), f"failed sync was {answered}", f"failed syncs were {answered}", none=HONEST)


async def put_sync_profile(bus: EventBus, user_id: int) -> int:
    """Call the article's controller, and return the status of its answer."""
    try:
        await bus.emit_async(UserSyncProfile(user_id=user_id))
    except ExceptionGroup:
        return 500
    return 200


PITFALL = pair(
    "swallowed-error",
    HONEST,
    partial(request_syncs, PrintedProfileSync),
    partial(request_syncs, ProfileSync),
    faults=FaultPlan.realistic().with_faults("down", only="oracle_fusion"),
)
