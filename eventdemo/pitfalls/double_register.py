"""`double-register`: every phone is notified of each login twice.

Cause: two modules register the same listener, and an emitter calls a function as often as it is registered (claims 4
and 61; pyee alone keeps one of the two).
Fix: use `subscribe`, which rejects an object that is already subscribed, or a listener that remembers processed events.
"""

from contextlib import suppress
from functools import partial

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.patterns.auth import NotificationAuthListener
from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.store import Store
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

MODULES = ("notification", "admin")
ONCE = "no phone is notified of a login twice"


class IdempotentListener(NotificationAuthListener):
    """Processes an event once, however often it is delivered."""

    def __init__(self, store: Store, fcm: Fcm) -> None:
        super().__init__(store, fcm)
        self._processed: set[str] = set()

    async def announce_login(self, event: AuthLogin) -> None:
        if event.id not in self._processed:
            self._processed.add(event.id)
            await super().announce_login(event)


async def register(kind: type[NotificationAuthListener], stage: Stage) -> str:
    listener = kind(stage.store, stage.fcm)
    for _module in MODULES:
        stage.bus.on(AuthLogin, listener.announce_login)
    return await log_in(stage)


async def subscribe(stage: Stage) -> str:
    """Let each module subscribe the listener; the second call raises."""
    listener = NotificationAuthListener(stage.store, stage.fcm)
    for _module in MODULES:
        with suppress(ValueError):
            stage.bus.subscribe(listener)
    return await log_in(stage)


async def log_in(stage: Stage) -> str:
    """Log all users in, and count the duplicate pushes."""
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogin(user_id=user_id))
    await stage.bus.drain()
    extra = stage.services.fcm.sent - sum(len(stage.company.devices(user_id)) for user_id in stage.user_ids)
    return plural(extra, "phone is notified of a login twice", "phones are notified of a login twice", none=ONCE)


PITFALL = pair(
    "double-register",
    ONCE,
    partial(register, NotificationAuthListener),
    subscribe,
    Variant("idempotent", partial(register, IdempotentListener)),
)
