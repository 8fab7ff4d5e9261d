"""How many schedules a second the explorer runs: `python -m benchmarks.explore`.

Absolute goals in processor time, and beside peers on one program: three coroutines read a counter, wait, and write it.
simloom and simloop draw their schedules by chance here. frontrun is not measured: it decides between the accesses of
traced code as well as at awaits, so its schedules are something else. Peers that are not installed are left out.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from time import process_time

from benchmarks.rows import Row, seconds, table
from eventdemo.bus import EventBus
from eventdemo.explore import Experiment, explore, touch, wait
from eventdemo.explore.catalogue import experiment

ROUNDS = 5
RUNS = 15
"""Of a peer, each time: one takes long, as each builds a world of its own."""


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    return [
        rate("explore: three awaited listeners of three steps, schedules a second", 5_000, LISTENERS, 1_680),
        rate("explore: the logout race with its calls, schedules a second", 300, experiment("logout-race"), 300),
        *(beside(peer.__name__, peer) for peer in (simloom, simloop) if find_spec(peer.__name__) is not None),
    ]


def rate(what: str, goal: int, program: Experiment, number: int) -> Row:
    """Run schedules without reduction, so that there are enough of them; the best of some rounds counts."""
    best = min(explored(program, number)() for _ in range(ROUNDS))
    return Row(what, f"at least {goal:,}", 1 / best, 1 / best >= goal)


def beside(peer: str, theirs: Callable[[], float]) -> Row:
    mine, peers = seconds(explored(COUNTER, 100), theirs, ROUNDS)
    return Row(f"explore, time for one schedule: {peer}", "at most 0.1", mine / peers, mine <= 0.1 * peers)


def explored(program: Experiment, number: int) -> Callable[[], float]:
    def timed() -> float:
        started = process_time()
        found = explore(program, bound=number, ready="any" if program.name == "logout-race" else "fifo", reduce=False)
        return (process_time() - started) / found.schedules

    return timed


def simloom() -> float:
    from simloom import explore as explore_by_chance

    started = process_time()
    explore_by_chance(count, runs=RUNS, stop_on_failure=False)
    return (process_time() - started) / RUNS


def simloop() -> float:
    from simloop import explore as explore_by_chance

    started = process_time()
    explore_by_chance(count, range(RUNS))
    return (process_time() - started) / RUNS


async def count() -> int:
    """Let three coroutines count: the program that the peers run."""
    counter = [0]

    async def add_one() -> None:
        touch("counter", write=False)
        seen = counter[0]
        await wait()
        touch("counter")
        counter[0] = seen + 1

    async def add_two() -> None:
        await add_one()
        await add_one()

    await asyncio.gather(add_two(), add_two(), add_two())
    return counter[0]


async def listeners(bus: EventBus) -> str:
    async def listener() -> None:
        for _ in range(3):
            await wait()
            touch("counter")

    for _ in range(3):
        bus.on("user.created", listener)
    await bus.emit_async("user.created")
    return ""


async def counting(_: EventBus) -> str:
    return str(await count())


def believe(_: str) -> bool:
    return True


LISTENERS = Experiment("listeners", "", listeners, believe)
COUNTER = Experiment("counter", "", counting, believe)

if __name__ == "__main__":
    print(table(rows()))
