"""Sets of tasks and futures have the same order in every run, whatever their addresses are."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress

from eventdemo.explore import explore
from eventdemo.explore.waiting_loop import SETS
from eventdemo.simulate import run
from tests.house.repo import ROOT

NUMBERS = range(6)


async def append_when_cancelled(number, seen):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        seen.append(number)
        raise


async def fail():
    await asyncio.sleep(0)
    raise OSError


async def failing_group():
    seen = []
    with suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            for number in NUMBERS:
                group.create_task(append_when_cancelled(number, seen))
            group.create_task(fail())
    return seen


async def set_of_tasks():
    seen = []
    tasks = {asyncio.create_task(append_when_cancelled(number, seen)) for number in NUMBERS}
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen


async def every_task():
    seen = []
    tasks = [asyncio.create_task(append_when_cancelled(number, seen)) for number in NUMBERS]
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen


async def set_of_futures():
    loop = asyncio.get_running_loop()
    futures = {loop.create_future(): number for number in NUMBERS}
    return [futures[future] for future in {*futures}]


async def shielded_tasks():
    done, _ = await asyncio.wait({asyncio.shield(asyncio.create_task(asyncio.sleep(0, number))) for number in NUMBERS})
    return [future.result() for future in done]


async def coroutines_as_completed():
    seen = []

    async def append(number):
        seen.append(number)

    for first in asyncio.as_completed([append(number) for number in NUMBERS]):
        await first
    return seen


PROGRAMS = [failing_group, set_of_tasks, every_task, set_of_futures, shielded_tasks, coroutines_as_completed]


def orders():
    """Return the orders of each program in the simulator and the explorer, with other addresses for each run."""
    found, kept = {}, []
    for program in PROGRAMS:
        outcomes = set()
        for number in range(5):
            kept += [bytearray(100 * number + other) for other in range(7)]
            outcomes |= {str(run(program())), explore(program, bound=1).first[1]}
        found[program.__name__] = sorted(outcomes)
    return found


def test_the_order_is_the_same_in_every_run_of_every_process():
    code = "import json; from tests.simulate.test_stable_order import orders; print(json.dumps(orders()))"
    environments = [os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed} for seed in "12"]
    printed = [
        subprocess.run([sys.executable, "-c", code], env=each, capture_output=True, text=True, check=True).stdout
        for each in environments
    ]

    here = orders()

    assert {name: len(found) for name, found in here.items()} == dict.fromkeys(here, 1)
    assert [json.loads(text) for text in printed] == [here, here]


def test_as_completed_starts_coroutines_in_the_order_in_which_it_gets_them():
    assert run(coroutines_as_completed()) == [*NUMBERS]


def test_outside_of_virtual_time_asyncio_has_its_own_sets():
    run(coroutines_as_completed())

    assert vars(asyncio.tasks).get("set", set) is set


def test_the_result_says_that_it_rests_on_the_order_of_a_set():
    async def one_child():
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))

    async def waits_for_one():
        await asyncio.wait({asyncio.create_task(asyncio.sleep(0))})

    async def waits_for_two():
        await asyncio.wait({asyncio.create_task(asyncio.sleep(0)) for _ in "ab"})

    async def bus_waits_for_two(bus):
        for _ in "ab":
            bus.on("user.created", one_child)
        bus.emit("user.created")
        await bus.drain()

    for program in (failing_group, shielded_tasks, coroutines_as_completed, waits_for_two):
        assert SETS in explore(program, bound=1).assumed
    for program in (one_child, waits_for_one, bus_waits_for_two):
        assert SETS not in explore(program, bound=1).assumed
