"""`never-awaited`: emit reports a listener, but every phone stays logged in, and nothing raises.

Cause: pyee's plain `EventEmitter` calls an async listener and drops the coroutine, so none of its code runs (13.0.1).
The only sign is Python's warning that the coroutine was never awaited.
Fix: use a bus that runs coroutines. `AsyncIOEventEmitter` does too, but you can't await its emit, and all errors go to
listeners of 'error' instead of the emitter, even those of plain functions.
"""

from collections.abc import Sequence
from typing import Any

from eventdemo.backend.events import AuthLogout
from eventdemo.backend.patterns.auth import UserAuthListener
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Delivery
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.runner import Runner
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

ALL_OUT = "no phone stays logged in"


class DropsCoroutines(Runner):
    """Does with an async listener what pyee's plain `EventEmitter` does: it drops the coroutine silently."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            delivery.end(LostError(Fate.NEVER_AWAITED))

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        self.start(deliveries)
        return ()


class PlainEmitter(EventBus):
    def __init__(self, **options: Any) -> None:
        super().__init__(runner=DropsCoroutines(), **options)


async def log_out(stage: Stage) -> str:
    stage.bus.on(AuthLogout, UserAuthListener(stage.store).log_out_devices)
    for user_id in stage.user_ids:
        stage.bus.emit(AuthLogout(user_id=user_id))
    await stage.bus.drain()
    return await still_logged_in(stage)


async def log_out_and_wait(stage: Stage) -> str:
    stage.bus.on(AuthLogout, UserAuthListener(stage.store).log_out_devices)
    for user_id in stage.user_ids:
        await stage.bus.emit_async(AuthLogout(user_id=user_id))
    return await still_logged_in(stage)


async def still_logged_in(stage: Stage) -> str:
    phones = [await stage.store.device_tokens(user_id, logged_in=True) for user_id in stage.user_ids]
    return plural(sum(map(len, phones)), "phone stays logged in", "phones stay logged in", none=ALL_OUT)


PITFALL = pair("never-awaited", ALL_OUT, log_out, log_out_and_wait, Variant("asyncio", log_out), bus=PlainEmitter)
