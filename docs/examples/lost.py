"""A program that loses a delivery, and reports no error."""

import asyncio

from eventdemo import EventBus

bus = EventBus()


@bus.on("auth.logout")
async def unsubscribe_from_topics(user: int) -> None:
    print(f"ask Firebase to unsubscribe user {user}")
    await asyncio.sleep(0.5)  # Firebase answers
    print(f"user {user} is unsubscribed")


async def main() -> None:
    bus.emit("auth.logout", 7)
    print("the phone has its answer")
    await asyncio.sleep(0.1)  # then the process exits


asyncio.run(main())
