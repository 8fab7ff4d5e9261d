"""What one emit costs compared with other libraries: `python -m benchmarks.emit`.

Every emit has three listeners, plain functions for `emit` and coroutine functions for `emit_async`. Our bus is strict,
as the backend's is, and takes an `Event`, or its name with the event. pyee gets the same name, the same event and the
same listeners. Below 1, ours is faster. All times are processor time, so other programs matter less.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from pyee import EventEmitter

from benchmarks.rows import Row, part_of, seconds, table
from eventdemo.backend.events import AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.simulate.recorder import Recorder

ROUNDS = 40
EMITS, EMITS_OBSERVED, EMITS_ASYNC, EVENTS = 5_000, 1_000, 1_000, 5_000
UNRELATED = 10_000
EVENT = AuthLogout(user_id=1)
NAME = AuthLogout.name
Timed = Callable[[], float]


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual repetitions."""
    compare = partial(row, share)
    emits, few = part_of(EMITS, share), part_of(EMITS_OBSERVED, share)
    pyee = emitted(with_listeners(EventEmitter()).emit, emits, NAME, EVENT)
    bus, crowded = with_listeners(EventBus(strict=True)), with_listeners(EventBus(strict=True))
    for number in range(part_of(UNRELATED, share)):
        crowded.on(f"tenant{number}.*.seen", ignore)
    found = [
        compare("emit an event: pyee", 1.0, emitted(bus.emit, emits, EVENT), pyee),
        compare("emit by name: pyee", 0.6, emitted(bus.emit, emits, NAME, EVENT), pyee),
        compare(
            f"emit an event, {UNRELATED:,} unrelated patterns: pyee", 1.0, emitted(crowded.emit, emits, EVENT), pyee
        ),
        compare(
            f"emit by name, {UNRELATED:,} unrelated patterns: pyee",
            0.6,
            emitted(crowded.emit, emits, NAME, EVENT),
            pyee,
        ),
        compare(
            "emit an event, with ledger and recorder: pyee",
            6.0,
            emitted_and_recorded(few),
            emitted(with_listeners(EventEmitter()).emit, few, NAME, EVENT),
        ),
        compare("make an event: a plain frozen model", 1.1, made(AuthLogout, share), made(PlainLogout, share)),
    ]
    if (pymitter := pymitter_of_three()) is not None:
        by_pymitter = emitted(pymitter.emit, few, NAME, EVENT)
        found.append(compare("emit an event: pymitter", 0.1, emitted(bus.emit, few, EVENT), by_pymitter))
    return [*found, async_row(share, "emit_async: asyncio.gather", 1.2)]


def row(share: float, what: str, limit: float, ours: Timed, theirs: Timed) -> Row:
    mine, peers = seconds(ours, theirs, part_of(ROUNDS, share))
    return Row(what, f"at most {limit}", mine / peers, mine <= limit * peers)


def async_row(share: float, what: str, limit: float) -> Row:
    bus = EventBus(strict=True)
    for listener in (listener_a, listener_b, listener_c):
        bus.on(NAME, listener)
    number = part_of(EMITS_ASYNC, share)
    with asyncio.Runner() as runner:
        ours, theirs = lambda: runner.run(emits_async(bus, number)), lambda: runner.run(gathers(number))
        return row(share, what, limit, ours, theirs)


async def emits_async(bus: EventBus, number: int) -> float:
    started = process_time()
    for _ in range(number):
        await bus.emit_async(EVENT)
    return process_time() - started


async def gathers(number: int) -> float:
    started = process_time()
    for _ in range(number):
        await asyncio.gather(listener_a(EVENT), listener_b(EVENT), listener_c(EVENT))
    return process_time() - started


def emitted(emit: Callable[..., object], number: int, *args: object) -> Timed:
    """Return a function that emits `number` times and returns the seconds it took."""

    def timed() -> float:
        started = process_time()
        for _ in range(number):
            emit(*args)
        return process_time() - started

    return timed


def emitted_and_recorded(number: int) -> Timed:
    """Do the same with a new bus each time, which a ledger and a recorder observe; making it isn't timed."""

    def timed() -> float:
        return emitted(observed(number).emit, number, EVENT)()

    return timed


def made(model: Callable[..., object], share: float) -> Timed:
    def timed() -> float:
        started = process_time()
        for number in range(part_of(EVENTS, share)):
            model(user_id=number)
        return process_time() - started

    return timed


def observed(emits: int) -> EventBus:
    """Return a bus with a ledger, and with a recorder that keeps the spans of all these emits."""
    bus = with_listeners(EventBus(strict=True))
    bus.observe(Ledger())
    bus.observe(Recorder(perf_counter, emits))
    return bus


def with_listeners(emitter: Any) -> Any:
    """Return the emitter with the three plain listeners."""
    for listener in (first, second, third):
        emitter.on(NAME, listener)
    return emitter


def pymitter_of_three() -> Any:
    """Return pymitter's emitter, or None where it is not installed."""
    try:
        from pymitter import EventEmitter as Pymitter
    except ImportError:
        return None
    return with_listeners(Pymitter(wildcard=True))


class PlainLogout(BaseModel):
    """What `AuthLogout` is compared with: the same fields, frozen, and no clock that could be replaced."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(default_factory=lambda: uuid4().hex)
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    user_id: int


def first(event: AuthLogout) -> None:
    """Do nothing, like the other listeners: only the emitter's own work is timed."""


def second(event: AuthLogout) -> None: ...
def third(event: AuthLogout) -> None: ...
def ignore(event: object) -> None: ...
async def listener_a(event: AuthLogout) -> None: ...
async def listener_b(event: AuthLogout) -> None: ...
async def listener_c(event: AuthLogout) -> None: ...


if __name__ == "__main__":
    print(table(rows()))
