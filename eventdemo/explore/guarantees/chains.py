"""Chains of events: the article's pipeline under each of its flags, and the context that a chain passes on.

The article's `{ async: false }` waits, which is `DeliveryMode.AWAITED`; its `{ async: true }` does not, which is
`DeliveryMode.DETACHED`.
"""

import asyncio
from contextvars import ContextVar

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, current_delivery
from eventdemo.core.ledger import Ledger
from eventdemo.explore import EventLog, wait
from eventdemo.explore.guarantees.guarantee import guarantee, slow

SYNC, TASKS = "user.syncProfile", "user.sync.task.notifications"
request: ContextVar[int] = ContextVar("request")


async def chained(bus: EventBus, log: EventLog, first: DeliveryMode, second: DeliveryMode) -> str:
    """Await the first event. Its listener ends by awaiting the second one, as in the article."""

    async def sync_profile() -> None:
        await wait()
        log.note("profile saved")
        await bus.emit_async(TASKS)

    bus.on(SYNC, sync_profile, delivery=first)
    bus.on(TASKS, slow(log, "tasks"), delivery=second)
    await bus.emit_async(SYNC)
    log.note("answered")
    await bus.drain()
    return log.read()


@guarantee(
    "the event that stage one emits at its end starts stage two after stage one has done its work",
    outcome="profile saved first",
)
async def pipeline_stages(bus: EventBus, log: EventLog) -> str:
    stages = await chained(bus, log, DeliveryMode.AWAITED, DeliveryMode.AWAITED)
    return "profile saved first" if stages.index("profile") < stages.index("tasks") else stages


@guarantee(
    "{ async: false }: a caller that awaits the first event is answered after the last stage",
    outcome="profile saved, tasks ended, answered",
)
async def pipeline_whole(bus: EventBus, log: EventLog) -> str:
    return await chained(bus, log, DeliveryMode.AWAITED, DeliveryMode.AWAITED)


@guarantee(
    "{ async: true } on stage two only: the caller is still answered after stage two",
    outcome="profile saved, tasks ended, answered",
)
async def pipeline_async_last(bus: EventBus, log: EventLog) -> str:
    return await chained(bus, log, DeliveryMode.AWAITED, DeliveryMode.DETACHED)


@guarantee(
    "{ async: true } on stage one: the caller is still answered after the profile was saved",
    outcome="saved before the answer",
)
async def pipeline_async_first(bus: EventBus, log: EventLog) -> str:
    done = await chained(bus, log, DeliveryMode.DETACHED, DeliveryMode.AWAITED)
    return "saved before the answer" if done.index("saved") < done.index("answered") else "answered before the profile"


@guarantee(
    "if a caller awaits stage one and then emits stage two itself, the stages never overlap",
    outcome="profile ended, tasks ended",
)
async def pipeline_two_emits(bus: EventBus, log: EventLog) -> None:
    """Emit both events in the same function, as a cron job might."""
    bus.on(SYNC, slow(log, "profile"))
    bus.on(TASKS, slow(log, "tasks"))
    await bus.emit_async(SYNC)
    bus.emit(TASKS)
    await bus.drain()


@guarantee(
    "an event that a listener emits knows which delivery caused it, however deliveries interleave",
    outcome="1 by 1, 2 by 2",
)
async def chain_cause(bus: EventBus, log: EventLog) -> str:
    bus.observe(Ledger())

    async def first(number: int) -> None:
        await wait()
        bus.emit("user.updated", number)

    async def second(number: int) -> None:
        mine = current_delivery.get()
        above = mine.emission.parent if mine is not None else None
        log.note(f"{number} by {above.emission.args[0] if above is not None else 'no delivery'}")

    bus.on("user.created", first)
    bus.on("user.updated", second)
    bus.emit("user.created", 1)
    bus.emit("user.created", 2)
    await bus.drain()
    return ", ".join(sorted(log.read().split(", ")))


@guarantee(
    "a listener sees the context variables of the request that emitted, even after a wait",
    outcome="request 1 in 1, request 2 in 2",
)
async def chain_context(bus: EventBus, log: EventLog) -> str:

    async def listener(number: int) -> None:
        await wait()
        log.note(f"request {number} in {request.get()}")

    async def serve(number: int) -> None:
        request.set(number)
        await bus.emit_async("user.created", number)

    bus.on("user.created", listener)
    await asyncio.gather(serve(1), serve(2))
    await bus.drain()
    return ", ".join(sorted(log.read().split(", ")))
