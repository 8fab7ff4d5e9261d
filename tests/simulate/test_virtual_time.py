"""Virtual time is asyncio with another clock: it jumps, it moves before what it wakes, and real code runs in it."""

import asyncio
import time
from contextvars import ContextVar

import pytest

from eventdemo.simulate import VirtualClock, run
from eventdemo.simulate.virtual_time import TIMERS_LEFT_ALONE


def now():
    return asyncio.get_running_loop().time()


def test_a_week_of_virtual_time_takes_no_real_time():
    async def main():
        await asyncio.sleep(7 * 24 * 3600)
        return now()

    before = time.monotonic()

    assert run(main()) == 7 * 24 * 3600
    assert time.monotonic() - before < 3600


def test_the_clock_moves_before_the_callback_that_it_wakes():
    async def main():
        loop, seen = asyncio.get_running_loop(), []
        loop.call_later(5, lambda: seen.append(loop.time()))
        await asyncio.sleep(5)
        return seen

    assert run(main()) == [5]


def test_equal_timers_fire_in_the_order_in_which_they_were_set():
    async def main():
        loop, fired = asyncio.get_running_loop(), []
        for number in range(100):
            loop.call_at(3, fired.append, number)
        await asyncio.sleep(3)
        return fired

    assert run(main()) == list(range(100))


def test_timers_fire_by_time_whatever_the_order_in_which_they_were_set():
    async def main():
        loop, fired = asyncio.get_running_loop(), []
        for delay in (3, 1, 2):
            loop.call_later(delay, fired.append, delay)
        await asyncio.sleep(3)
        return fired

    assert run(main()) == [1, 2, 3]


def test_a_timer_set_for_the_past_fires_now_and_time_does_not_go_back():
    async def main():
        await asyncio.sleep(10)
        loop, fired = asyncio.get_running_loop(), asyncio.Event()
        loop.call_at(4, fired.set)
        await fired.wait()
        return loop.time()

    assert run(main()) == 10


def test_time_does_not_pass_while_a_callback_is_ready():
    async def main():
        for _ in range(1000):
            await asyncio.sleep(0)
        return now()

    assert run(main()) == 0


def test_a_simulation_begins_when_the_weekly_sync_runs():
    assert f"{VirtualClock().now():%A %d %B %Y, %H:%M}" == "Friday 02 January 2026, 06:00"


def test_an_abandoned_generator_cleans_up_in_virtual_time():
    cleaned_up = []

    async def numbers():
        try:
            yield 1
        finally:
            await asyncio.sleep(1)
            cleaned_up.append(now())

    async def main():
        async for _ in numbers():
            break
        await asyncio.sleep(5)

    run(main())
    assert cleaned_up == [1]


def test_a_cancelled_timer_never_moves_the_clock():
    async def main():
        asyncio.get_running_loop().call_later(1_000_000, print).cancel()
        await asyncio.sleep(1)
        return now()

    clock = VirtualClock()
    run(main(), clock)

    assert clock.time == 1


def test_cancelled_timers_do_not_pile_up():
    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(10 * TIMERS_LEFT_ALONE):
            async with asyncio.timeout(1_000_000):
                await asyncio.sleep(0.001)
        return len(loop._timers)

    assert run(main()) <= 2 * TIMERS_LEFT_ALONE


def test_timeouts_fire_on_virtual_time():
    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(31)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 12)
        return now()

    assert run(main()) == 42


def test_locks_events_queues_and_task_groups_are_asyncios_own():
    async def main():
        lock, event, queue = asyncio.Lock(), asyncio.Event(), asyncio.Queue(maxsize=1)

        async def works(number):
            await event.wait()
            async with lock:
                await asyncio.sleep(number)
                await queue.put((number, now()))

        async with asyncio.TaskGroup() as group:
            for number in (1, 2, 3):
                group.create_task(works(number))
            asyncio.get_running_loop().call_later(1, event.set)
            return [await queue.get() for _ in range(3)]

    assert run(main()) == [(1, 2), (2, 4), (3, 7)]


def test_a_failing_task_group_cancels_the_others_at_once():
    async def main():
        async def fails():
            await asyncio.sleep(1)
            raise OSError

        async def both():
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(100))
                group.create_task(fails())

        with pytest.raises(ExceptionGroup):
            await both()
        return now()

    assert run(main()) == 1


def test_threads_are_not_used_so_nothing_depends_on_the_machine():
    async def main():
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(None, sum, [1, 2])  # asyncio's own gives a future: it runs without an await
        return await asyncio.to_thread(lambda: "here"), await asyncio.gather(future), now()

    assert run(main()) == ("here", [3], 0)


def test_a_function_in_an_executor_has_no_context_variables_of_the_caller():
    user = ContextVar("user", default="none")

    async def main():
        user.set("ann")
        in_executor = await asyncio.get_running_loop().run_in_executor(None, user.get)
        return in_executor, await asyncio.to_thread(user.get)

    assert run(main()) == asyncio.run(main()) == ("none", "ann")


def test_a_computation_in_an_executor_does_not_block_the_loop():
    async def main():
        clock, answered = asyncio.get_running_loop().clock, []

        async def answer_client():
            await asyncio.sleep(1)
            answered.append(now())

        client = asyncio.create_task(answer_client())
        await asyncio.to_thread(clock.spend, 60)
        await client
        return answered, now()

    assert run(main()) == ([1], 60)


def test_a_computation_in_the_loop_blocks_every_task():
    async def main():
        client = asyncio.create_task(asyncio.sleep(1))
        await asyncio.sleep(0)
        asyncio.get_running_loop().clock.spend(60)
        await client
        return now()

    assert run(main()) == 60


def test_only_callbacks_that_let_time_pass_are_stalls():
    async def main():
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        loop.clock.spend(60)
        await asyncio.sleep(0)
        return loop.stalls

    assert run(main()) == [(0, 60)]


def test_a_timer_that_is_due_now_fires_on_the_next_turn_although_tasks_are_ready():
    async def main():
        loop, happened = asyncio.get_running_loop(), []
        loop.call_later(0, happened.append, "timer")
        for turn in range(3):
            await asyncio.sleep(0)
            happened.append(turn)
        return happened

    assert run(main()) == [0, "timer", 1, 2] == asyncio.run(main())


def test_an_error_in_an_executor_is_raised_where_it_is_awaited():
    async def main():
        future = asyncio.get_running_loop().run_in_executor(None, int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            await future

    run(main())
