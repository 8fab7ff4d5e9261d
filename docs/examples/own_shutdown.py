"""Stop emitting, drain, then close: nothing that was accepted is cut off."""

import asyncio

from eventdemo import DeliveryMode, EventBus, Ledger
from eventdemo.backend.events import UserUpdated


def summary(ledger: Ledger) -> str:
    return ", ".join(f"{fate}: {count}" for fate, count in ledger.counts().items())


async def serve(*, drains: bool) -> Ledger:
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)

    @bus.on(UserUpdated, delivery=DeliveryMode.DETACHED)
    async def refresh_cache(event: UserUpdated) -> None:
        await asyncio.sleep(0.01)

    for user_id in range(3):
        await bus.emit_async(UserUpdated(user_id=user_id))
    if drains:
        await bus.drain()
    return ledger


print("without drain:", summary(asyncio.run(serve(drains=False))))
print("with drain:   ", summary(asyncio.run(serve(drains=True))))
