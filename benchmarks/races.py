"""Which explorer finds five races, and after how many schedules: `python -m benchmarks.races`.

Every library runs the same programs, which are plain async functions. A race is found if the library reports a failure
within `MOST` schedules. The results go to docs/data/races.json. Libraries that aren't installed are left out; three of
them need Python 3.12.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import explore, play
from eventdemo.explore.schedulers import ReplayScheduler

Program = Callable[[], Coroutine[Any, Any, None]]
DATA = Path(__file__).parents[1] / "docs/data/races.json"
MOST = 200
"""How many schedules a library may run."""


# The programs


async def logout() -> None:
    """One listener forgets the device, another one needs it to unsubscribe it."""
    devices, subscribed, bus = {"phone"}, {"phone"}, EventBus()

    async def log_out_devices() -> None:
        await asyncio.sleep(0.02)  # the database
        devices.clear()

    async def unsubscribe() -> None:
        await asyncio.sleep(0.01)  # the database
        subscribed.difference_update(devices)

    bus.on("auth.logout", log_out_devices)
    bus.on("auth.logout", unsubscribe)
    await bus.emit_async("auth.logout")
    assert not subscribed


async def sold_twice() -> None:
    """Two customers look at the stock, pay, and take the last book."""
    stock = 1

    async def buy(browser: float) -> None:
        nonlocal stock
        await asyncio.sleep(browser)
        if stock:
            await asyncio.sleep(0.01)  # the payment
            stock -= 1

    await asyncio.gather(buy(0), buy(0.1))
    assert stock == 0


async def lost_event() -> None:
    """The program ends before the listener does, if the payment is faster than the mail server."""
    bus = EventBus()

    async def mail_receipt() -> None:
        await asyncio.sleep(0.1)

    bus.on("order.placed", mail_receipt)
    bus.emit("order.placed")
    await asyncio.sleep(0.2)  # the payment


async def timeout() -> None:
    """The bank charges the customer, and the shop gives up before the answer arrives."""
    charged, paid = 0, 0
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await asyncio.sleep(0.1)  # the way to the bank
            charged += 1
            await asyncio.sleep(0.1)  # the way back
            paid += 1
    assert charged == paid


async def cancellation() -> None:
    """A request that is cancelled between two writes leaves the first one."""
    reserved, ordered = 0, 0

    async def order() -> None:
        nonlocal reserved, ordered
        reserved += 1
        await asyncio.sleep(0.1)
        ordered += 1

    await asyncio.wait([asyncio.create_task(order())])
    assert reserved == ordered


RACES = (logout, sold_twice, lost_event, timeout, cancellation)


# The glue: each of these returns how many schedules ran until the library reported a failure, or None


def eventdemo(program: Program, most: int) -> int | None:
    found = explore(program, bound=most, cancel=program is cancellation)
    runs = (play(found.experiment, EventBus(), ReplayScheduler(choices)) for choices, _ in found.paths)
    return next((number for number, run in enumerate(runs, 1) if not run.holds), None)


def detangle(program: Program, most: int) -> int | None:
    from detangle import BugFound
    from detangle import explore as explore_randomly

    try:
        explore_randomly(program, runs=most, seed=0, check_leaks=True, timer_jitter=2, shrink=False, database=False)
    except BugFound as bug:
        return int(bug.report.runs)
    return None


def seedloop(program: Program, most: int) -> int | None:
    from seedloop import check

    result = check(lambda _: program(), seeds=most, on_failure="return")
    return None if result.failing_seed is None else int(result.checked)


def simloom(program: Program, most: int) -> int | None:
    from simloom import explore as explore_randomly

    found = explore_randomly(program, runs=most)
    return int(found.runs) if found.failures else None


def simloop(program: Program, most: int) -> int | None:
    from simloop import explore as explore_randomly

    report = explore_randomly(program, range(most))
    return None if report is None else int(report.seeds_passed) + 1


def frontrun(program: Program, most: int) -> int | None:
    from frontrun import explore as explore_workers

    async def worker(_: object) -> None:
        await program()

    options = {"max_executions": most, "detect_io": False, "reproduce_on_failure": 0}
    found = asyncio.run(explore_workers(object, [worker], lambda _: True, **options))
    return None if found.property_holds else int(found.num_explored)


LIBRARIES = (eventdemo, detangle, seedloop, simloom, simloop, frontrun)


def records(most: int = MOST) -> list[dict[str, Any]]:
    """Return for each installed library its version, its lines of glue, and what it found."""
    return [
        {
            "library": library.__name__,
            "version": "" if library is eventdemo else version(library.__name__),
            "glue": len(getsource(library).strip().splitlines()) - 1,
            "most": most,
            "found": {race.__name__: library(race, most) for race in RACES},
        }
        for library in LIBRARIES
        if find_spec(library.__name__)
    ]


if __name__ == "__main__":
    DATA.write_text(json.dumps(records(), indent=2) + "\n", "utf-8")
