"""Tasks that the explorer's loop did not make itself: a task factory's, and those of `asyncio.Task`."""

import asyncio

import pytest

from eventdemo.explore import explore, wait
from eventdemo.explore.steps import NotDeterministicError
from tests.explore import programs


def lazy(loop, coroutine, **options):
    return asyncio.Task(coroutine, loop=loop, **options)


FACTORIES = [lazy, *(getattr(asyncio, name) for name in ("eager_task_factory",) if hasattr(asyncio, name))]


@pytest.mark.parametrize("ready", ["fifo", "turns", "any"])
@pytest.mark.parametrize("factory", FACTORIES)
def test_a_program_with_a_task_factory_is_explored_like_any_other(factory, ready):
    async def program(bus):
        asyncio.get_running_loop().set_task_factory(factory)
        ends = []

        async def end(number=1):
            await wait()
            ends.append(number)

        bus.on("x", end)
        await asyncio.gather(bus.emit_async("x"), asyncio.create_task(end(2)))
        return ends

    assert {*explore(programs.experiment(program), ready=ready).outcomes} == {"[1, 2]", "[2, 1]"}


async def make_directly(coroutine):
    return asyncio.Task(coroutine)


async def make_in_a_factory(coroutine):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lazy)
    return loop.create_task(coroutine)


@pytest.mark.parametrize("make", [make_directly, make_in_a_factory])
def test_no_order_is_left_out_if_such_a_task_is_observed(make):
    async def program(bus):
        task, seen = await make(wait()), []

        async def look():
            await wait()
            seen.append(task.done())

        await asyncio.gather(task, look())
        return seen

    assert {*explore(programs.experiment(program)).outcomes} == {"[True]", "[False]"}


def test_a_set_of_such_tasks_has_another_order_in_each_run_and_the_error_says_so():
    runs = []

    async def program():
        runs.append(1)
        tasks = [await make_in_a_factory(wait()) for _ in range(2)]
        await tasks[len(runs) % 2]  # as if it were the first of a set, which has the order of addresses

    with pytest.raises(NotDeterministicError, match=r"In one, .* explore without that factory"):
        explore(program)


def test_a_task_of_a_factory_is_cancelled_at_the_end():
    ended = []

    async def forever():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def program(bus):
        await make_in_a_factory(forever())
        await wait()

    explore(programs.experiment(program), bound=1)

    assert ended
