"""One minimal program for each fate, which is run, and whose trace is returned.

Most are one user's part of a scenario under some conditions. Four fates need a program of their own.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate, LostError
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.runtime import engine_for, runtime
from eventdemo.simulate import VirtualClock, VirtualLoop, simulate
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.run import quiet
from eventdemo.simulate.virtual_time import run_in
from eventdemo.trace.excerpt import Excerpt, about

Program = Callable[[EventBus], Coroutine[Any, Any, None]]
SCENARIOS: Mapping[Fate, tuple[str, str, dict[str, Any]]] = {
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
"""Where to see each fate: the scenario, the subject, and the conditions."""


class UnknownFateError(ValueError):
    """An unknown fate."""


def fate_example(name: str) -> Excerpt:
    """Run the program whose delivery ends in this fate."""
    if name not in list(Fate):
        raise UnknownFateError(f"Unknown fate {name!r}: choose from {', '.join(Fate)}.")
    fate = next(fate for fate in Fate if fate == name)
    if fate in SCENARIOS:
        scenario, subject, conditions = SCENARIOS[fate]
        excerpt = about(simulate(scenario, **conditions), subject)
    else:
        excerpt = PROGRAMS[fate]()
    return replace(excerpt, scenario="field guide", label=str(fate), shows="", left_out="", checks=())


def play(program: Program, make_bus: Callable[[Database], EventBus] = lambda _: EventBus()) -> Excerpt:
    """Run a program on a new bus in virtual time, and return its trace."""
    virtual, database = VirtualClock(), Database()
    loop, bus = VirtualLoop(virtual), make_bus(database)
    recorder = Recorder(loop.time, keep=1)
    bus.observe(recorder)
    virtual.on_wait = recorder.note_wait
    with closing(database), clock.use(virtual), quiet():
        run_in(loop, program(bus))
    return Excerpt("", "", "", "", recorder.frozen(), ())


async def log_out_badly(bus: EventBus) -> None:
    """Let a plain listener raise before the next one is called."""

    def clear_token(user_id: int) -> None:
        raise LookupError(f"user {user_id} has no device")

    bus.on("auth.logout", clear_token)
    bus.on("auth.logout", write_log_line)
    with suppress(LookupError):
        bus.emit("auth.logout", 7)


def write_log_line(user_id: int) -> None:
    """Do nothing: this listener is never called."""


async def welcome(_: AuthLogin) -> None:
    """Fail at every call."""
    await asyncio.sleep(0.1)
    raise ConnectionError("no line to FCM")


async def log_in_and_roll_back(bus: EventBus) -> None:
    """Emit inside a unit of work that rolls back."""
    with suppress(ConnectionError):
        await log_in(bus, ConnectionError("the commit failed"))


async def log_in_in_vain(bus: EventBus) -> None:
    """Emit durably, and let every attempt of the listener fail."""
    assert isinstance(bus, DurableBus)
    bus.on(AuthLogin, welcome)
    engine = engine_for(bus, "outbox")
    async with runtime(bus, engine, with_worker=True):
        await bus.emit_async(AuthLogin(user_id=7))
        while await bus.outbox.waiting():  # noqa: ASYNC110 - polls the database, as another process would
            await asyncio.sleep(1)
        for letter in await engine.dead_letters():
            bus.pending.end(letter.job.id, LostError(Fate.DEAD_LETTERED))


async def log_in(bus: EventBus, error: Exception | None = None) -> None:
    """Emit inside a unit of work that commits, or that `error` rolls back; no worker processes the job."""
    assert isinstance(bus, DurableBus)
    bus.on(AuthLogin, welcome)
    async with bus.outbox.database.unit():
        bus.emit(AuthLogin(user_id=7))
        if error is not None:
            raise error
    bus.pending.close()


def _durable(database: Database) -> EventBus:
    return DurableBus(Outbox(database))


PROGRAMS: Mapping[Fate, Callable[[], Excerpt]] = {
    Fate.SKIPPED: lambda: play(log_out_badly),
    Fate.ACCEPTED: lambda: play(log_in, _durable),
    Fate.WITHDRAWN: lambda: play(log_in_and_roll_back, _durable),
    Fate.DEAD_LETTERED: lambda: play(log_in_in_vain, _durable),
}
