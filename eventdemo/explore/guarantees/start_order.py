"""In which order listeners start."""

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog
from eventdemo.explore.guarantees.guarantee import guarantee
from eventdemo.explore.guarantees.listeners import plain, quick, then_emits


@guarantee("starts-plain", "plain functions start in registration order", ends="first, second, third, fourth")
async def starts_plain(bus: EventBus) -> str:
    """Emit to plain functions."""
    journal = EventLog()
    for name in ("first", "second", "third", "fourth"):
        bus.on("user.created", plain(journal, name))
    bus.emit("user.created")
    return journal.read()


@guarantee("starts-coroutines", "coroutine listeners start in registration order", ends="first, second, third")
async def starts_coroutines(bus: EventBus) -> str:
    """Emit to coroutine listeners, and wait until they have run."""
    journal = EventLog()
    for name in ("first", "second", "third"):
        bus.on("user.created", quick(journal, name))
    bus.emit("user.created")
    await bus.drain()
    return journal.read()


@guarantee(
    "starts-after-emit",
    "no coroutine listener starts before emit has returned",
    ends="plain, emit returned, coroutine",
)
async def starts_after_emit(bus: EventBus) -> str:
    """Register a coroutine listener before a plain function: the function still runs first."""
    journal = EventLog()
    bus.on("user.created", quick(journal, "coroutine"))
    bus.on("user.created", plain(journal, "plain"))
    bus.emit("user.created")
    journal.note("emit returned")
    await bus.drain()
    return journal.read()


@guarantee(
    "starts-wildcards",
    "an exact name has no precedence over a wildcard: plain functions start in registration order",
    ends="any, exact, star, exact again",
)
async def starts_wildcards(bus: EventBus) -> str:
    """Reach functions by name and by pattern."""
    journal = EventLog()
    bus.on("**", plain(journal, "any"))
    bus.on("user.created", plain(journal, "exact"))
    bus.on("user.*", plain(journal, "star"))
    bus.on("user.created", plain(journal, "exact again"))
    bus.emit("user.created")
    return journal.read()


@guarantee(
    "starts-prepended",
    "what is prepended starts before all others, the last prepended first",
    ends="prepended last, prepended, first, second",
)
async def starts_prepended(bus: EventBus) -> str:
    """Prepend functions under a name and under a pattern."""
    journal = EventLog()
    bus.on("user.created", plain(journal, "first"))
    bus.on("user.*", plain(journal, "second"))
    bus.prepend_listener("user.created", plain(journal, "prepended"))
    bus.prepend_listener("user.*", plain(journal, "prepended last"))
    bus.emit("user.created")
    return journal.read()


@guarantee(
    "starts-nested-plain",
    "what a plain function emits is heard before the next plain function starts",
    ends="first, nested, second",
)
async def starts_nested_plain(bus: EventBus) -> str:
    """Emit inside of an emit."""
    journal = EventLog()
    bus.on("user.created", then_emits(bus, plain(journal, "first"), "user.updated"))
    bus.on("user.created", plain(journal, "second"))
    bus.on("user.updated", plain(journal, "nested"))
    bus.emit("user.created")
    return journal.read()


@guarantee(
    "starts-nested-coroutines",
    "what a coroutine listener emits is heard after all listeners of the first event have started",
    ends="first, second, nested",
)
async def starts_nested_coroutines(bus: EventBus) -> str:
    """Emit inside of a coroutine listener."""
    journal = EventLog()

    async def first() -> None:
        journal.note("first")
        bus.emit("user.updated")

    bus.on("user.created", first)
    bus.on("user.created", quick(journal, "second"))
    bus.on("user.updated", quick(journal, "nested"))
    bus.emit("user.created")
    await bus.drain()
    return journal.read()


@guarantee(
    "two-emits-starts",
    "two emits of one event: the listener starts for the first one first",
    ends="starts for 1, starts for 2",
)
async def two_emits_starts(bus: EventBus) -> str:
    """Emit twice in a row."""
    journal = EventLog()

    async def listener(number: int) -> None:
        journal.note(f"starts for {number}")

    bus.on("user.updated", listener)
    bus.emit("user.updated", 1)
    bus.emit("user.updated", 2)
    await bus.drain()
    return journal.read()


GUARANTEES = (
    starts_plain,
    starts_coroutines,
    starts_after_emit,
    starts_wildcards,
    starts_prepended,
    starts_nested_plain,
    starts_nested_coroutines,
    two_emits_starts,
)
EXPERIMENTS = tuple(g.experiment for g in GUARANTEES)
