"""How many schedules per second the explorer runs: `python -m benchmarks.explore`.

Two rates of processor time have absolute goals; a third row compares a schedule with a plain run of the same program.
Other libraries run another program, in which three coroutines read a counter, wait, and write it. All but frontrun
choose random schedules here; frontrun chooses both ways, and gets the three coroutines directly, because it doesn't see
tasks that a program starts itself. Libraries that aren't installed are left out.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from time import process_time
from typing import Any

from benchmarks.rows import Row, part_of, seconds, table
from eventdemo.core.bus import EventBus
from eventdemo.core.wording import plural
from eventdemo.explore import Experiment, access, explore, wait
from eventdemo.explore.catalogue import experiment

ROUNDS = 5
RUNS = 15
"""Runs of another library for each round: each of them builds a world of its own, which takes long."""
EVERYTHING = {"preemption_bound": None, "stop_on_first": False, "max_executions": 100}
"""The options with which frontrun runs all schedules, as ours does."""


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual repetitions."""
    peers = {detangle: 0.67, seedloop: 0.67, simloom: 0.1, simloop: 0.1}  # with the most that ours may take of theirs
    return [
        rate("explore: three awaited listeners of three steps, schedules per second", 8_000, LISTENERS, 1_680, share),
        rate(
            "explore: the logout race with its calls, schedules per second",
            1_000,
            experiment("logout-race"),
            300,
            share,
        ),
        *(beside_a_plain_run(share) if find_spec("async_solipsism") is not None else ()),
        *(beside(peer.__name__, peer, share, most) for peer, most in peers.items() if find_spec(peer.__name__)),
        *(beside_frontrun(share) if find_spec("frontrun") is not None else ()),
    ]


def notes() -> list[str]:
    """Return what frontrun can't run, if it is installed."""
    if find_spec("frontrun") is None:
        return []
    ours = explore(COUNTER, reduce=False).schedules
    theirs = asyncio.run(by_frontrun([started_inside], strategy="dpor", **EVERYTHING)).num_explored
    ran = f"it ran {plural(theirs, 'schedule')}, and eventdemo ran {plural(ours, 'schedule')}"
    return [f"frontrun interleaves only the coroutines you give it. Where the program starts its own tasks, {ran}."]


def rate(what: str, goal: int, program: Experiment, number: int, share: float) -> Row:
    """Run schedules without reduction, so that there are enough of them; the best round counts."""
    timed = explored(program, part_of(number, share))
    best = min(timed() for _ in range(part_of(ROUNDS, share)))
    return Row(what, f"at least {goal:,}", 1 / best, 1 / best >= goal)


def beside_a_plain_run(share: float) -> Iterator[Row]:
    """Compare a schedule with a run of the program in a loop that only skips its sleeps, and explores nothing."""
    from async_solipsism import EventLoop

    def plain_runs() -> float:
        started = process_time()
        for _ in range(number):
            with closing(EventLoop()) as loop:
                loop.run_until_complete(listeners(EventBus()))
        return (process_time() - started) / number

    number = part_of(300, share)
    mine, plain = seconds(explored(LISTENERS, part_of(1_680, share)), plain_runs, part_of(ROUNDS, share))
    yield Row(
        "explore, time per schedule: a plain run in async-solipsism", "at most 1.5", mine / plain, mine <= 1.5 * plain
    )


def beside(peer: str, theirs: Callable[[int], float], share: float, most: float = 0.1) -> Row:
    runs = part_of(RUNS, share)
    mine, peers = seconds(explored(COUNTER, part_of(100, share)), lambda: theirs(runs), part_of(ROUNDS, share))
    return Row(f"explore, time per schedule: {peer}", f"at most {most}", mine / peers, mine <= most * peers)


def beside_frontrun(share: float) -> Iterator[Row]:
    yield beside("frontrun, systematic", lambda _: frontrun(strategy="dpor", **EVERYTHING), share)
    attempts = part_of(100, share)
    yield beside("frontrun, random", lambda _: frontrun(strategy="random", max_attempts=attempts), share, 1.0)


def explored(program: Experiment, number: int) -> Callable[[], float]:
    def timed() -> float:
        started = process_time()
        found = explore(program, bound=number, ready="any" if program.name == "logout-race" else "fifo", reduce=False)
        return (process_time() - started) / found.schedules

    return timed


def detangle(runs: int) -> float:
    from detangle import explore as explore_randomly

    started = process_time()
    found = explore_randomly(count, runs=runs, database=False)
    return (process_time() - started) / found.runs


def seedloop(runs: int) -> float:
    from seedloop import check

    started = process_time()
    check(lambda _: count(), seeds=runs)
    return (process_time() - started) / runs


def simloom(runs: int) -> float:
    from simloom import explore as explore_randomly

    started = process_time()
    explore_randomly(count, runs=runs, stop_on_failure=False)
    return (process_time() - started) / runs


def simloop(runs: int) -> float:
    from simloop import explore as explore_randomly

    started = process_time()
    explore_randomly(count, range(runs))
    return (process_time() - started) / runs


class Counter:
    """A number that three coroutines increment."""

    def __init__(self) -> None:
        self.value = 0


def frontrun(**options: Any) -> float:
    started = process_time()
    found = asyncio.run(by_frontrun([add_two] * 3, **options))
    return (process_time() - started) / found.num_explored


async def by_frontrun(workers: list[Callable[[Counter], Any]], **options: Any) -> Any:
    from frontrun import explore as explore_workers

    return await explore_workers(Counter, workers, holds_always, detect_io=False, **options)


async def add_two(counter: Counter) -> None:
    for _ in range(2):
        access("counter", write=False)
        seen = counter.value
        await wait()
        access("counter")
        counter.value = seen + 1


async def started_inside(counter: Counter) -> None:
    """Run three coroutines that count: the program of the comparison."""
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


def holds_always(_: object) -> bool:
    return True


LISTENERS = Experiment("listeners", "", listeners, holds_always)
COUNTER = Experiment("counter", "", counting, holds_always)

if __name__ == "__main__":
    print(table(rows()))
