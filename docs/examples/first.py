"""A bus, two listeners, two ways to emit."""

import asyncio

from eventdemo import EventBus
from eventdemo.backend.events import AuthLogout

bus = EventBus()


@bus.on(AuthLogout)
def clear_device_token(event: AuthLogout) -> None:
    print(f"  user {event.user_id}: device token cleared")


@bus.on("auth.*")
async def unsubscribe_from_topics(event: AuthLogout) -> None:
    await asyncio.sleep(0.01)  # a call to Firebase
    print(f"  user {event.user_id}: topics unsubscribed")


async def main() -> None:
    print("emit")
    bus.emit(AuthLogout(user_id=7))
    print("emit returned")
    await bus.drain()

    print("emit_async")
    await bus.emit_async(AuthLogout(user_id=8))
    print("emit_async returned")


asyncio.run(main())
