"""The order in which listeners end, and the callers that wait for them."""

from contextlib import suppress

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.explore import EventLog, wait
from eventdemo.explore.guarantees.guarantee import failing, guarantee, slow


@guarantee("listeners of one event end in registration order", outcome="first ended, second ended")
async def ends_in_order(bus: EventBus, log: EventLog) -> None:
    bus.on("user.created", slow(log, "first"))
    bus.on("user.created", slow(log, "second"))
    await bus.emit_async("user.created")
    await bus.drain()


@guarantee("two emits of one event: the listener ends for the first one first", outcome="ended for 1, ended for 2")
async def two_emits_ends(bus: EventBus, log: EventLog) -> None:

    async def listener(number: int) -> None:
        await wait()
        log.note(f"ended for {number}")

    bus.on("user.updated", listener)
    bus.emit("user.updated", 1)
    bus.emit("user.updated", 2)
    await bus.drain()


@guarantee("emit_async returns after all awaited listeners have ended", outcome="returned last")
async def emit_async_waits(bus: EventBus, log: EventLog) -> str:
    bus.on("user.syncProfile", slow(log, "first"))
    bus.on("user.syncProfile", slow(log, "second"))
    await bus.emit_async("user.syncProfile")
    log.note("returned")
    await bus.drain()
    return _when_it_returned(log)


@guarantee(
    "emit_async returns after all awaited listeners have ended, even if one of them fails",
    outcome="returned last",
)
async def emit_async_waits_for_failures(bus: EventBus, log: EventLog) -> str:
    bus.on("user.syncProfile", failing("first", waits=False))
    bus.on("user.syncProfile", slow(log, "second"))
    with suppress(ExceptionGroup):
        await bus.emit_async("user.syncProfile")
    log.note("returned")
    await bus.drain()
    return _when_it_returned(log)


@guarantee("a detached listener never delays the emitter", outcome="went on before any had ended")
async def detached_never_delays(bus: EventBus, log: EventLog) -> str:
    """Await three events with a detached listener each: one more than the slots of `bounded:2`."""
    bus.on("audit.hr.approval", slow(log, "audit"), delivery=DeliveryMode.DETACHED)
    for _ in range(3):
        await bus.emit_async("audit.hr.approval")
    log.note("went on")
    await bus.drain()
    log.read()
    ended = log.index("went on")
    return f"went on after {ended} had ended" if ended else "went on before any had ended"


@guarantee("drain waits for all listeners, and for those that they cause", outcome="first ended, nested ended, drained")
async def drain_waits(bus: EventBus, log: EventLog) -> None:

    async def first() -> None:
        await wait()
        log.note("first ended")
        bus.emit("user.updated")

    bus.on("user.created", first, delivery=DeliveryMode.DETACHED)
    bus.on("user.updated", slow(log, "nested"), delivery=DeliveryMode.DETACHED)
    bus.emit("user.created")
    await bus.drain()
    log.note("drained")


def _when_it_returned(log: EventLog) -> str:
    log.read()
    after = len(log) - log.index("returned") - 1
    return f"returned before {after} listeners had ended" if after else "returned last"
