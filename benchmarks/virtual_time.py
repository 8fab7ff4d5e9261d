"""How fast virtual time runs compared with other libraries: `python -m benchmarks.virtual_time`.

Each loop runs the same coroutine, which gathers three sleeps of different lengths again and again. Libraries that
aren't installed are left out.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from time import process_time

from benchmarks.rows import Row, part_of, seconds, table
from eventdemo.simulate import VirtualClock, VirtualLoop

ROUNDS = 15
DURATIONS = (0.003, 0.001, 0.002)
NewLoop = Callable[[], asyncio.AbstractEventLoop]


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual repetitions."""
    peers = [("async-solipsism", solipsism, 1.4, 1_000), ("looptime", looptime, 12.0, 200)]
    return [
        row(name, times, new_loop, part_of(number, share), part_of(ROUNDS, share))
        for name, new_loop, times, number in peers
        if find_spec(name.replace("-", "_")) is not None
    ]


def row(peer: str, times: float, new_loop: NewLoop, number: int, rounds: int) -> Row:
    our_time, their_time = seconds(slept(ours, number), slept(new_loop, number), rounds)
    goal = f"at most {1 / times:.2f} (at least {times:g} times as fast)"
    return Row(f"gathered sleeps: {peer}", goal, our_time / their_time, our_time * times <= their_time)


def slept(new_loop: NewLoop, number: int) -> Callable[[], float]:
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


def solipsism() -> asyncio.AbstractEventLoop:
    from async_solipsism import EventLoop

    return EventLoop()  # type: ignore[no-any-return]


def looptime() -> asyncio.AbstractEventLoop:
    from looptime import new_event_loop

    return new_event_loop()  # type: ignore[no-any-return]


if __name__ == "__main__":
    print(table(rows()))
