"""What one emit costs beside its peers: `python -m benchmarks.emit`.

Three listeners each time, plain ones for `emit` and coroutine functions for `emit_async`. A ratio below 1 is faster
than the peer in the same run. It is the processor's time that counts, so that other programs matter less.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from time import process_time

from pyee import EventEmitter

from benchmarks.rows import Row, seconds, table
from eventdemo.core.bus import EventBus

ROUNDS = 40
UNRELATED = 10_000
NAME = "user.created"


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    alone, crowded = bus_of_three(), bus_of_three()
    for number in range(UNRELATED):
        crowded.on(f"tenant{number}.*.seen", ignore)
    pyee, pymitter = pyee_of_three(), pymitter_of_three()
    return [
        row("emit: pyee EventEmitter", 1.0, emits(alone.emit, 5_000), emits(pyee.emit, 5_000)),
        row(
            f"emit: pyee EventEmitter, {UNRELATED:,} unrelated patterns on ours",
            1.0,
            emits(crowded.emit, 5_000),
            emits(pyee.emit, 5_000),
        ),
        row("emit: pymitter, no other pattern on either", 0.1, emits(alone.emit, 2_000), emits(pymitter.emit, 2_000)),
        async_row("emit_async: asyncio.gather", 1.3),
    ]


def row(what: str, limit: float, ours: Callable[[], float], theirs: Callable[[], float]) -> Row:
    mine, peers = seconds(ours, theirs, ROUNDS)
    return Row(what, f"at most {limit}", mine / peers, mine <= limit * peers)


def async_row(what: str, limit: float) -> Row:
    bus = EventBus()
    for listener in (listener_a, listener_b, listener_c):
        bus.on(NAME, listener)
    with asyncio.Runner() as runner:
        return row(what, limit, lambda: runner.run(emits_async(bus, 1_000)), lambda: runner.run(gathers(1_000)))


async def emits_async(bus: EventBus, number: int) -> float:
    started = process_time()
    for _ in range(number):
        await bus.emit_async(NAME, 1)
    return process_time() - started


async def gathers(number: int) -> float:
    started = process_time()
    for _ in range(number):
        await asyncio.gather(listener_a(1), listener_b(1), listener_c(1))
    return process_time() - started


def emits(emit: Callable[[str, int], object], number: int) -> Callable[[], float]:
    def timed() -> float:
        started = process_time()
        for _ in range(number):
            emit(NAME, 1)
        return process_time() - started

    return timed


def bus_of_three() -> EventBus:
    bus = EventBus()
    for listener in (first, second, third):
        bus.on(NAME, listener)
    return bus


def pyee_of_three() -> EventEmitter:
    emitter = EventEmitter()
    for listener in (first, second, third):
        emitter.on(NAME, listener)
    return emitter


def pymitter_of_three():  # type: ignore[no-untyped-def]  # noqa: ANN201 - it has no types
    from pymitter import EventEmitter as Pymitter

    emitter = Pymitter(wildcard=True)
    for listener in (first, second, third):
        emitter.on(NAME, listener)
    return emitter


def first(user_id: int) -> None:
    """Do nothing, as its two companions: only the emitter's own work is timed."""


def second(user_id: int) -> None: ...
def third(user_id: int) -> None: ...
def ignore(user_id: int) -> None: ...
async def listener_a(user_id: int) -> None: ...
async def listener_b(user_id: int) -> None: ...
async def listener_c(user_id: int) -> None: ...


if __name__ == "__main__":
    print(table(rows()))
