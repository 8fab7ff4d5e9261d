"""How fast virtual time passes beside its peers: `python -m benchmarks.virtual_time`.

The same coroutine on each loop: again and again, three sleeps of different lengths are gathered.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from time import process_time

from benchmarks.rows import Row, seconds, table
from eventdemo.simulate import VirtualClock, VirtualLoop

ROUNDS = 15
DURATIONS = (0.003, 0.001, 0.002)


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    from async_solipsism import EventLoop as Solipsism

    return [
        row("async-solipsism", 1.4, slept(ours, 1_000), slept(Solipsism, 1_000)),
        row("looptime", 12, slept(ours, 200), slept(looptime, 200)),
    ]


def row(peer: str, times: float, mine: Callable[[], float], theirs: Callable[[], float]) -> Row:
    our_time, their_time = seconds(mine, theirs, ROUNDS)
    goal = f"at most {1 / times:.2f} (at least {times:g} times as fast)"
    return Row(f"gathered sleeps: {peer}", goal, our_time / their_time, our_time * times <= their_time)


def slept(new_loop: Callable[[], asyncio.AbstractEventLoop], number: int) -> Callable[[], float]:
    def timed() -> float:
        loop = new_loop()
        try:
            started = process_time()
            loop.run_until_complete(sleeps(number))
            return process_time() - started
        finally:
            loop.close()

    return timed


async def sleeps(number: int) -> None:
    for _ in range(number):
        await asyncio.gather(*[asyncio.sleep(duration) for duration in DURATIONS])


def ours() -> asyncio.AbstractEventLoop:
    return VirtualLoop(VirtualClock())


def looptime() -> asyncio.AbstractEventLoop:
    from looptime import new_event_loop

    return new_event_loop()  # type: ignore[no-any-return]


if __name__ == "__main__":
    print(table(rows()))
