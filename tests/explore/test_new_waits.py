"""A wait that begins in the step in which a program goes on: it may end first, if another step comes last."""

import asyncio

import pytest

from eventdemo.explore import access, explore, wait
from tests.explore import programs


async def awaits_both(first, second, bus):
    await asyncio.gather(first, second)


async def awaits_one_by_one(first, second, bus):
    for each in (asyncio.create_task(first), asyncio.create_task(second)):
        await each


async def groups_them(first, second, bus):
    async with asyncio.TaskGroup() as group:
        group.create_task(first)
        group.create_task(second)


async def waits_for_both(first, second, bus):
    await asyncio.wait([asyncio.create_task(first), asyncio.create_task(second)])


async def emits(first, second, bus):
    bus.on("user.created", lambda: first)
    bus.on("user.created", lambda: second)
    await bus.emit_async("user.created")


@pytest.mark.parametrize("begins", [asyncio.sleep, lambda _: asyncio.create_task(asyncio.sleep(0))])
@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("awaits", [awaits_both, awaits_one_by_one, groups_them, waits_for_both, emits])
def test_the_reduced_search_finds_that_a_new_wait_can_end_before_the_program_goes_on(awaits, goes_on, begins):
    async def program(bus):
        stored = []

        async def listener():
            await begins(0)
            await wait()
            access("the store")
            stored.append(1)

        async def emit():
            await wait()
            bus.on("order.placed", listener)
            await wait()
            bus.emit("order.placed")

        await awaits(wait(), emit(), bus)
        access("the store", write=False)
        seen = len(stored)
        if goes_on:
            await wait()
        return f"{seen} stored"

    declared, every = (explore(programs.experiment(program, declared=declared)) for declared in (True, False))

    assert declared.reduced
    assert declared.complete
    assert set(declared.outcomes) == {"0 stored", "1 stored"} <= set(every.outcomes)
