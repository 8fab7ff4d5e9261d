"""How many schedules a second the explorer runs: `python -m benchmarks.explore`.

Absolute goals in processor time, and beside peers on one program: three coroutines read a counter, wait, and write it.
simloom and simloop draw their schedules by chance here; frontrun does both, and is handed the three coroutines, because
it does not see tasks that a program starts itself. Peers that are not installed are left out.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from time import process_time
from typing import Any

from benchmarks.rows import Row, seconds, table
from eventdemo.core.bus import EventBus
from eventdemo.core.wording import plural
from eventdemo.explore import Experiment, access, explore, wait
from eventdemo.explore.catalogue import experiment

ROUNDS = 5
RUNS = 15
"""Of a peer, each time: one takes long, as each builds a world of its own."""
EVERYTHING = {"preemption_bound": None, "stop_on_first": False, "max_executions": 100}
"""frontrun's options for going through schedules as we do."""


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    return [
        rate("explore: three awaited listeners of three steps, schedules a second", 5_000, LISTENERS, 1_680),
        rate("explore: the logout race with its calls, schedules a second", 300, experiment("logout-race"), 300),
        *(beside(peer.__name__, peer) for peer in (simloom, simloop) if find_spec(peer.__name__) is not None),
        *(beside_frontrun() if find_spec("frontrun") is not None else ()),
    ]


def notes() -> list[str]:
    """Say what the peer cannot run, if it is there to try."""
    if find_spec("frontrun") is None:
        return []
    ours = explore(COUNTER, reduce=False).schedules
    theirs = asyncio.run(by_frontrun([started_inside], strategy="dpor", **EVERYTHING)).num_explored
    ran = f"it ran {plural(theirs, 'schedule')}, and eventdemo {plural(ours, 'schedule')}"
    handed = "frontrun interleaves the coroutines that it is handed."
    return [f"{handed} Where the program starts its tasks itself, as a bus does, {ran}."]


def rate(what: str, goal: int, program: Experiment, number: int) -> Row:
    """Run schedules without reduction, so that there are enough of them; the best of some rounds counts."""
    best = min(explored(program, number)() for _ in range(ROUNDS))
    return Row(what, f"at least {goal:,}", 1 / best, 1 / best >= goal)


def beside(peer: str, theirs: Callable[[], float], most: float = 0.1) -> Row:
    mine, peers = seconds(explored(COUNTER, 100), theirs, ROUNDS)
    return Row(f"explore, time for one schedule: {peer}", f"at most {most}", mine / peers, mine <= most * peers)


def beside_frontrun() -> Iterator[Row]:
    yield beside("frontrun, systematic", partial(frontrun, strategy="dpor", **EVERYTHING))
    yield beside("frontrun, by chance", partial(frontrun, strategy="random", max_attempts=100), 1.0)


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


class Counter:
    """What is counted in."""

    def __init__(self) -> None:
        self.value = 0


def frontrun(**options: Any) -> float:
    started = process_time()
    found = asyncio.run(by_frontrun([add_two] * 3, **options))
    return (process_time() - started) / found.num_explored


async def by_frontrun(workers: list[Callable[[Counter], Any]], **options: Any) -> Any:
    from frontrun import explore as explore_workers

    return await explore_workers(Counter, workers, believe, detect_io=False, **options)


async def add_two(counter: Counter) -> None:
    for _ in range(2):
        access("counter", write=False)
        seen = counter.value
        await wait()
        access("counter")
        counter.value = seen + 1


async def started_inside(counter: Counter) -> None:
    """Let three coroutines count: the program that the peers run."""
    await asyncio.gather(add_two(counter), add_two(counter), add_two(counter))


async def count() -> int:
    counter = Counter()
    await started_inside(counter)
    return counter.value


async def listeners(bus: EventBus) -> str:
    async def listener() -> None:
        for _ in range(3):
            await wait()
            access("counter")

    for _ in range(3):
        bus.on("user.created", listener)
    await bus.emit_async("user.created")
    return ""


async def counting(_: EventBus) -> str:
    return str(await count())


def believe(_: object) -> bool:
    return True


LISTENERS = Experiment("listeners", "", listeners, believe)
COUNTER = Experiment("counter", "", counting, believe)

if __name__ == "__main__":
    print(table(rows()))
