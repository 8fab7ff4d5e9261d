"""How one listener's error affects the others, and whether every delivery is accounted for."""

import asyncio
from contextlib import suppress

from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from eventdemo.explore import EventLog, access, wait
from eventdemo.explore.guarantees.guarantee import failing, guarantee, plain, slow
from eventdemo.explore.properties import ALL_ACCOUNTED_FOR, balance

LEDGER = "the ledger"


@guarantee(
    "emit raises what a plain function raised, and does not call the functions after it",
    outcome="first, the emitter caught: disk full",
)
async def error_plain(bus: EventBus, log: EventLog) -> None:

    def second() -> None:
        raise OSError("disk full")

    bus.on("user.created", plain(log, "first"))
    bus.on("user.created", second)
    bus.on("user.created", plain(log, "third"))
    try:
        bus.emit("user.created")
    except OSError as error:
        log.note(f"the emitter caught: {error}")


@guarantee("an error in one coroutine listener does not stop the others", outcome="2 others ended")
async def error_coroutine(bus: EventBus, log: EventLog) -> str:
    bus.on("user.created", slow(log, "before"))
    bus.on("user.created", failing("second"))
    bus.on("user.created", slow(log, "after"))
    with suppress(ExceptionGroup):
        await bus.emit_async("user.created")
    await bus.drain()
    return f"{len(log.read().split(', '))} others ended"


@guarantee("emit_async raises what an awaited listener raised", outcome="raised")
async def error_raised(bus: EventBus, log: EventLog) -> str:
    bus.on("user.syncProfile", slow(log, "good"))
    bus.on("user.syncProfile", failing("second"))
    try:
        await bus.emit_async("user.syncProfile")
    except ExceptionGroup:
        return "raised"
    return "returned"


class Hooks:
    """Two listeners as in Nest: their errors are logged and do not reach the emitter."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    @on_event("user.created")
    def send_welcome(self) -> None:
        raise OSError("no mail server")

    @on_event("user.created")
    def count_user(self) -> None:
        self._log.note("counted")


@guarantee(
    "an error in an @on_event listener reaches neither the emitter nor the listeners after it",
    outcome="counted, emit returned",
)
async def error_suppressed(bus: EventBus, log: EventLog) -> None:
    bus.subscribe(Hooks(log))
    bus.emit("user.created")
    log.note("emit returned")


@guarantee(
    "every delivery has exactly one fate, even if listeners fail or are cancelled at any moment",
    outcome=ALL_ACCOUNTED_FOR,
    log=LEDGER,
)
async def ledger_balances(bus: EventBus, log: EventLog) -> str:
    ledger = Ledger()
    bus.observe(ledger)

    async def refused() -> None:
        access(LEDGER)
        try:
            await wait()
            raise OSError("refused")
        finally:
            access(LEDGER)

    bus.on("user.created", slow(log, "first"))
    bus.on("user.created", refused)
    emitter = asyncio.create_task(bus.emit_async("user.created"), name="the emitter's task")
    await wait()
    access(LEDGER)
    emitter.cancel()
    await asyncio.wait([emitter])
    if not emitter.cancelled():
        emitter.exception()
    await bus.drain()
    access(LEDGER)
    return balance(ledger)
