"""`typo`: users log in, but their other phones are not notified; the emit with the misspelt name succeeds.

Cause: a name is a string, and an event without listeners is not an error (claim 43).
Fix: emit an event class, whose name a type checker checks, or use a strict bus, whose error says *did you mean?*
"""

from contextlib import suppress
from typing import Any

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.patterns.auth import NotificationAuthListener
from eventdemo.core.bus import EventBus
from eventdemo.core.events import UnknownEventError
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

NOTICED = "no phone misses a login silently"


class StrictBus(EventBus):
    """Rejects a name that no event class has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, **options)


async def misspelt(stage: Stage) -> str:
    """Emit each login under a name with a missing letter."""
    stage.bus.on("auth.login", NotificationAuthListener(stage.store, stage.fcm).announce_login)
    for user_id in stage.user_ids:
        stage.bus.emit("auth.logn", AuthLogin(user_id=user_id))
    return await outcome(stage)


async def typed(stage: Stage) -> str:
    stage.bus.on(AuthLogin, NotificationAuthListener(stage.store, stage.fcm).announce_login)
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogin(user_id=user_id))
    return await outcome(stage)


async def refused(stage: Stage) -> str:
    """Make the same mistake on a strict bus: the first login raises an error that suggests the right name."""
    with suppress(UnknownEventError):
        return await misspelt(stage)
    return NOTICED


async def outcome(stage: Stage) -> str:
    await stage.bus.drain()
    missed = sum(len(stage.company.devices(user_id)) for user_id in stage.user_ids) - stage.services.fcm.sent
    return plural(missed, "phone missed a login silently", "phones missed a login silently", none=NOTICED)


PITFALL = pair("typo", NOTICED, misspelt, typed, Variant("strict", refused, bus=StrictBus))
