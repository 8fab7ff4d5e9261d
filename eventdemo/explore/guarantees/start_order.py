"""The order in which listeners start."""

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog
from eventdemo.explore.guarantees.guarantee import guarantee, plain, quick


@guarantee("plain functions start in registration order", outcome="first, second, third, fourth")
async def starts_plain(bus: EventBus, log: EventLog) -> None:
    for name in ("first", "second", "third", "fourth"):
        bus.on("user.created", plain(log, name))
    bus.emit("user.created")


@guarantee("coroutine listeners start in registration order", outcome="first, second, third")
async def starts_coroutines(bus: EventBus, log: EventLog) -> None:
    for name in ("first", "second", "third"):
        bus.on("user.created", quick(log, name))
    bus.emit("user.created")
    await bus.drain()


@guarantee("no coroutine listener starts before emit has returned", outcome="plain, emit returned, coroutine")
async def starts_after_emit(bus: EventBus, log: EventLog) -> str:
    bus.on("user.created", quick(log, "coroutine"))
    bus.on("user.created", plain(log, "plain"))
    bus.emit("user.created")
    log.note("emit returned")
    await bus.drain()
    return log.read()


@guarantee(
    "an exact name has no precedence over a wildcard: plain functions start in registration order",
    outcome="any, exact, star, exact again",
)
async def starts_wildcards(bus: EventBus, log: EventLog) -> None:
    bus.on("**", plain(log, "any"))
    bus.on("user.created", plain(log, "exact"))
    bus.on("user.*", plain(log, "star"))
    bus.on("user.created", plain(log, "exact again"))
    bus.emit("user.created")


@guarantee(
    "prepended listeners start before all others, the last prepended first",
    outcome="prepended last, prepended, first, second",
)
async def starts_prepended(bus: EventBus, log: EventLog) -> None:
    bus.on("user.created", plain(log, "first"))
    bus.on("user.*", plain(log, "second"))
    bus.prepend_listener("user.created", plain(log, "prepended"))
    bus.prepend_listener("user.*", plain(log, "prepended last"))
    bus.emit("user.created")


@guarantee(
    "an event that a plain function emits is delivered before the next plain function starts",
    outcome="first, nested, second",
)
async def starts_nested_plain(bus: EventBus, log: EventLog) -> None:

    def first() -> None:
        log.note("first")
        bus.emit("user.updated")

    bus.on("user.created", first)
    bus.on("user.created", plain(log, "second"))
    bus.on("user.updated", plain(log, "nested"))
    bus.emit("user.created")


@guarantee(
    "an event that a coroutine listener emits is delivered after all listeners of the first event have started",
    outcome="first, second, nested",
)
async def starts_nested_coroutines(bus: EventBus, log: EventLog) -> None:

    async def first() -> None:
        log.note("first")
        bus.emit("user.updated")

    bus.on("user.created", first)
    bus.on("user.created", quick(log, "second"))
    bus.on("user.updated", quick(log, "nested"))
    bus.emit("user.created")
    await bus.drain()


@guarantee("two emits of one event: the listener starts for the first one first", outcome="starts for 1, starts for 2")
async def two_emits_starts(bus: EventBus, log: EventLog) -> None:

    async def listener(number: int) -> None:
        log.note(f"starts for {number}")

    bus.on("user.updated", listener)
    bus.emit("user.updated", 1)
    bus.emit("user.updated", 2)
    await bus.drain()
