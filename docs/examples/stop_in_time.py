"""Stop with a deadline: wait for the running listeners, but not forever, and say which ones were late."""

import asyncio

from eventdemo import EventBus, Ledger
from eventdemo.backend.events import AuthLogout

bus, ledger = EventBus(), Ledger()
bus.observe(ledger)


@bus.on(AuthLogout)
async def log_out_devices(_: AuthLogout) -> None:
    await asyncio.sleep(0)


@bus.on(AuthLogout)
async def unsubscribe_from_topics(_: AuthLogout) -> None:
    try:
        await asyncio.sleep(3600)  # Firebase doesn't answer
    finally:
        print("unsubscribe_from_topics was cancelled, and could clean up")


async def main() -> None:
    bus.emit(AuthLogout(user_id=7))
    try:
        await bus.drain(timeout=0.05)
    except TimeoutError as late:
        print(late)


asyncio.run(main())  # it cancels what still runs
print({str(fate): number for fate, number in ledger.counts().items()})
