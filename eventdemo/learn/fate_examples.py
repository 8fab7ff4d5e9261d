"""One small program for each fate: what ends so, as short as it can be. It is played, and its history is returned.

Most are somebody's part of a scenario under conditions. Four need a scene of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogin
from eventdemo.core.fates import Fate, LostError
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.runtime import engine_for, runtime
from eventdemo.simulate import VirtualClock, VirtualLoop, simulate
from eventdemo.simulate.recorder import Recorder, SpanBuffer
from eventdemo.simulate.virtual_time import run_in
from eventdemo.trace.excerpt import Excerpt, about

Program = Callable[[EventBus], Awaitable[None]]
SCENARIOS: Mapping[Fate, tuple[str, str, dict[str, Any]]] = MappingProxyType(
    {
        Fate.DONE: ("logout", "user 2", {"users": 2}),
        Fate.FAILED_SEEN: ("fan-out", "user 1", {"users": 1, "oracle": "down"}),
        Fate.FAILED_LOGGED: ("logout", "user 2", {"users": 2, "fcm": "down"}),
        Fate.FAILED_UNSEEN: ("fan-out", "user 1", {"users": 1, "oracle": "down", "strategy": "detached"}),
        Fate.NEVER_AWAITED: ("never-awaited", "user 1", {"users": 1}),
        Fate.NO_LISTENER: ("typo", "user 1", {"users": 1}),
        Fate.OTHER_INSTANCE: ("lifecycle", "user 1", {"users": 1, "instances": 2}),
        Fate.LOST_IN_CRASH: ("logout", "user 2", {"users": 2, "crashes": ("A@0.2",)}),
        Fate.CANCELLED_AT_EXIT: ("logout", "user 2", {"users": 2, "drain": False}),
        Fate.DUPLICATE: ("double-register", "user 1", {"users": 1}),
    }
)
"""Where each can be seen: the scenario, whose part in it, and under which conditions."""


class UnknownFateError(ValueError):
    """There is no fate of this name."""


def fate_example(name: str) -> Excerpt:
    """Play the program whose delivery ends in the fate of this name."""
    if name not in list(Fate):
        raise UnknownFateError(f"There is no fate {name!r}: choose from {', '.join(Fate)}.")
    fate = next(fate for fate in Fate if fate == name)
    if fate in SCENARIOS:
        scenario, whom, conditions = SCENARIOS[fate]
        excerpt = about(simulate(scenario, **conditions), whom)
    else:
        excerpt = play(*PROGRAMS[fate])
    return replace(excerpt, scenario="field guide", label=str(fate), shows="", left_out="", checks=())


def play(make_bus: Callable[[Database], EventBus], program: Program) -> Excerpt:
    """Play a scene on a bus of its own in virtual time, and return what was recorded."""
    virtual, database = VirtualClock(), Database()
    loop, bus = VirtualLoop(virtual), make_bus(database)
    buffer = SpanBuffer(loop.time, keep=1)
    bus.observe(Recorder(loop.time, keep=1, buffer=buffer))
    try:
        with clock.use(virtual):
            run_in(loop, _all_of(program, bus))
    finally:
        database.close()
    return Excerpt("", "", "", "", buffer.frozen(), ())


async def _all_of(program: Program, bus: EventBus) -> None:
    await program(bus)


async def log_out_badly(bus: EventBus) -> None:
    """Have a plain listener raise before another one had its turn."""

    def clear_token(user_id: int) -> None:
        raise LookupError(f"user {user_id} has no device")

    bus.on("auth.logout", clear_token)
    bus.on("auth.logout", write_log_line)
    with suppress(LookupError):
        bus.emit("auth.logout", 7)


def write_log_line(user_id: int) -> None:
    """Be the listener that comes second."""


async def welcome(_: AuthLogin) -> None:
    """Be a listener that fails whenever it is called."""
    await asyncio.sleep(0.1)
    raise ConnectionError("no line to FCM")


async def log_in_durably(bus: EventBus) -> None:
    """Emit inside a unit of work that is committed; nobody works on it yet."""
    await log_in(bus)


async def log_in_and_roll_back(bus: EventBus) -> None:
    """Emit inside a unit of work that fails."""
    with suppress(ConnectionError):
        await log_in(bus, ConnectionError("the commit failed"))


async def log_in_in_vain(bus: EventBus) -> None:
    """Emit durably, and have every attempt of the listener fail."""
    assert isinstance(bus, DurableBus)
    bus.on(AuthLogin, welcome)
    engine = engine_for(bus, "outbox")
    async with runtime(bus, engine, with_worker=True):
        await bus.emit_async(AuthLogin(user_id=7))
        while await bus.outbox.waiting():  # noqa: ASYNC110 - the database is asked, as another process would
            await asyncio.sleep(1)
        for letter in await engine.dead_letters():
            bus.pending.end(letter.job.id, LostError(Fate.DEAD_LETTERED))


async def log_in(bus: EventBus, error: Exception | None = None) -> None:
    """Emit inside a unit of work, which `error` ends before its time."""
    assert isinstance(bus, DurableBus)
    bus.on(AuthLogin, welcome)
    async with bus.outbox.database.unit():
        bus.emit(AuthLogin(user_id=7))
        if error is not None:
            raise error
    bus.pending.close()


def _plain(_: Database) -> EventBus:
    return EventBus()


def _durable(database: Database) -> EventBus:
    return DurableBus(Outbox(database))


PROGRAMS: Mapping[Fate, tuple[Callable[[Database], EventBus], Program]] = MappingProxyType(
    {
        Fate.SKIPPED: (_plain, log_out_badly),
        Fate.ACCEPTED: (_durable, log_in_durably),
        Fate.WITHDRAWN: (_durable, log_in_and_roll_back),
        Fate.DEAD_LETTERED: (_durable, log_in_in_vain),
    }
)
