"""With any ready task next, a callback that does more than wake a task is a choice too."""

import asyncio
from contextlib import suppress

import pytest

from eventdemo.explore import wait
from tests.explore.test_ends import outcomes


def in_a_group(loop, fails):
    """Let the group's callback cancel the other tasks."""


def with_a_callback(loop, fails):
    fails.add_done_callback(lambda ended: loop.seen.append("ended"))


@pytest.mark.parametrize(("watch", "first"), [(in_a_group, ""), (with_a_callback, "ended, woken")])
def test_with_any_ready_task_next_a_callback_comes_before_or_after_a_task_that_is_ready(watch, first):
    """In FIFO order it comes after the task that was woken before the callback was due."""

    async def program(bus):
        woken, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.seen = []

        async def wakes_and_fails():
            await wait()
            woken.set()
            raise OSError

        async def is_woken():
            await woken.wait()
            loop.seen.append("woken")

        with suppress(ExceptionGroup):
            async with asyncio.TaskGroup() as group:
                group.create_task(is_woken())
                watch(loop, group.create_task(wakes_and_fails()))
        return ", ".join(loop.seen)

    (in_fifo_order,) = outcomes(program)

    assert in_fifo_order.startswith("woken")
    assert outcomes(program, ready="any") >= {in_fifo_order, first}
