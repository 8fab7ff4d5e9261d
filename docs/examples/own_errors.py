"""The same failing listener, reached in three ways: who learns of it?"""

import asyncio
import logging

from eventdemo import EventBus, Ledger, on_event
from eventdemo.backend.events import UserCreated


async def greet(event: UserCreated) -> None:
    """Fail, as a listener does whose mail server is away."""
    raise ConnectionError("the mail server is away")


class Greeting:
    """The declarative layer: errors are logged and stay here."""

    @on_event(UserCreated)
    async def greet(self, event: UserCreated) -> None:
        await greet(event)


def summary(ledger: Ledger) -> str:
    return ", ".join(f"{fate}: {count}" for fate, count in ledger.counts().items())


def watched() -> tuple[EventBus, Ledger]:
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    return bus, ledger


async def main() -> None:
    logging.disable()  # your log would show the error here; this example only counts

    bus, ledger = watched()
    bus.on(UserCreated, greet)
    try:
        await bus.emit_async(UserCreated(user_id=7))
    except* ConnectionError as failed:
        print("on + emit_async:       ", failed)
    print("                       ", summary(ledger))

    bus, ledger = watched()
    bus.on("error", lambda error: print("on + emit, 'error':    ", error))
    bus.on(UserCreated, greet)
    bus.emit(UserCreated(user_id=7))
    await bus.drain()
    print("                       ", summary(ledger))

    bus, ledger = watched()
    bus.subscribe(Greeting())
    await bus.emit_async(UserCreated(user_id=7))
    print("@on_event + emit_async:", "nothing, the error is in the log")
    print("                       ", summary(ledger))


asyncio.run(main())
