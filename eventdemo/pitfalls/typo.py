"""`typo`: people log in, and their other phones are not told; the emit with the misspelt name succeeds.

Cause: a name is a string, and an event that nobody listens to is no error (claim 43).
Repair: emit an event class, whose name is checked before the program runs; or a strict bus, which asks *did you mean?*
"""

from contextlib import suppress

from eventdemo.backend.patterns.auth import NotificationAuthListener
from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogin, UnknownEventError
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant

NOTICED = "no login goes unnoticed"


class StrictBus(EventBus):
    """Refuses a name that no event class has."""

    def __init__(self) -> None:
        super().__init__(strict=True)


async def misspelt(stage: Stage) -> str:
    """Announce each login under a name with a letter missing."""
    stage.bus.on("auth.login", NotificationAuthListener(stage.store, stage.fcm).announce_login)
    for user_id in stage.user_ids:
        stage.bus.emit("auth.logn", AuthLogin(user_id=user_id))
    return await told(stage)


async def typed(stage: Stage) -> str:
    """Announce each login with its event, which brings its name along."""
    stage.bus.on(AuthLogin, NotificationAuthListener(stage.store, stage.fcm).announce_login)
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogin(user_id=user_id))
    return await told(stage)


async def refused(stage: Stage) -> str:
    """Make the same mistake on a strict bus: the first login that anybody tries raises, and says what was meant."""
    with suppress(UnknownEventError):
        return await misspelt(stage)
    return NOTICED


async def told(stage: Stage) -> str:
    """Count the phones that should have got a push and did not."""
    await stage.bus.drain()
    missed = sum(len(stage.company.devices(user_id)) for user_id in stage.user_ids) - stage.services.fcm.sent
    return plural(missed, "phone was not told", "phones were not told", none=NOTICED)


PITFALL = Pitfall(
    "typo",
    NOTICED,
    (Variant(BROKEN, misspelt, holds=False), Variant(REPAIRED, typed), Variant("strict", refused, bus=StrictBus)),
)
