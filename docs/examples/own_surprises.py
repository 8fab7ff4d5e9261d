"""Four things that a bus does as designed, and that surprise people."""

import asyncio
import gc
from contextvars import ContextVar

from eventdemo import EventBus, on_event

bus = EventBus()
tenant: ContextVar[str] = ContextVar("tenant", default="none")


class Cache:
    @on_event("user.updated")
    @on_event("user.deleted")
    def forget(self, user_id: int) -> None:
        print(f"  forget({user_id})")


async def main() -> None:
    print("a reference is strong:")
    bus.subscribe(Cache())  # only the bus refers to it
    gc.collect()

    bus.emit("user.updated", 7)
    print("one method hears several events:")
    bus.emit("user.deleted", 8)

    print("wait_for in a loop and a queue, after a burst of three:")
    queue: asyncio.Queue[int] = asyncio.Queue()
    bus.on("reading", queue.put_nowait)
    waited = []

    async def wait() -> None:
        while True:
            waited.append(await bus.wait_for("reading"))

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    for value in (1, 2, 3):
        bus.emit("reading", value)
    await asyncio.sleep(0)
    waiting.cancel()
    print(f"  waited: {waited}, queued: {[queue.get_nowait() for _ in range(queue.qsize())]}")

    print("a plain listener sets a context variable of the emitter, a coroutine listener does not:")

    def sets_plainly(name: str) -> None:
        tenant.set(name)

    async def sets_in_its_task(name: str) -> None:
        tenant.set(name)

    for listener in (sets_in_its_task, sets_plainly):
        bus.on(listener.__name__, listener)
        await bus.emit_async(listener.__name__, "acme")
        print(f"  after {listener.__name__}: {tenant.get()}")


asyncio.run(main())
