"""Registering and removing listeners during an emit."""

import asyncio

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog, wait
from eventdemo.explore.guarantees.guarantee import guarantee, plain


@guarantee("once fires at most once, even if several tasks emit at the same time", outcome="fired")
async def once_once(bus: EventBus, log: EventLog) -> None:

    async def listener() -> None:
        log.note("fired")

    async def emitter() -> None:
        await wait()
        bus.emit("auth.login")

    bus.once("auth.login", listener)
    await asyncio.gather(emitter(), emitter())
    await bus.drain()


@guarantee("once fires at most once, even if it emits its own event", outcome="fired")
async def once_reentrant(bus: EventBus, log: EventLog) -> None:

    def listener() -> None:
        log.note("fired")
        if len(log) < 2:  # noqa: PLR2004 - so that the program ends even on a wrong bus
            bus.emit("auth.login")

    bus.once("auth.login", listener)
    bus.emit("auth.login")


@guarantee("a listener added during an emit is not called by that emit", outcome="first, second")
async def added_during_emit(bus: EventBus, log: EventLog) -> None:

    def first() -> None:
        log.note("first")
        bus.on("user.created", plain(log, "added"))

    bus.on("user.created", first)
    bus.on("user.created", plain(log, "second"))
    bus.emit("user.created")


@guarantee("a listener removed during an emit is still called by it", outcome="first, second")
async def removed_during_emit(bus: EventBus, log: EventLog) -> None:
    second = plain(log, "second")

    def first() -> None:
        log.note("first")
        bus.remove_listener("user.created", second)

    bus.on("user.created", first)
    bus.on("user.created", second)
    bus.emit("user.created")


@guarantee("a coroutine listener that is removed after emit has returned still runs", outcome="second")
async def removed_before_start(bus: EventBus, log: EventLog) -> None:

    async def second() -> None:
        log.note("second")

    bus.on("user.created", second)
    bus.emit("user.created")
    bus.remove_listener("user.created", second)
    await bus.drain()
