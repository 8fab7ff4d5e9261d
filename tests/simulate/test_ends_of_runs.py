"""How a run in virtual time ends: deadlocked, at its step limit, with unfinished tasks, with an exception."""

import asyncio
import gc
import itertools
import re
import weakref

import pytest

from eventdemo.simulate import NothingCanHappenError, StepLimitError, VirtualClock, VirtualLoop, run
from eventdemo.simulate.virtual_time import LoopClosedError, run_in


def now():
    return asyncio.get_running_loop().time()


def test_a_deadlock_lists_the_waiting_tasks_and_where_they_wait():
    async def waits_for_a_lock(lock):
        await lock.acquire()

    async def main():
        lock = asyncio.Lock()
        await lock.acquire()
        asyncio.get_running_loop().create_task(waits_for_a_lock(lock), name="second")
        await asyncio.sleep(2.5)
        await asyncio.Event().wait()

    with pytest.raises(NothingCanHappenError) as deadlock:
        run(main())

    first, *waiting = str(deadlock.value).splitlines()
    assert "2.500 s" in first
    assert len(waiting) == 2
    assert any(re.search(r"second waits at test_ends_of_runs.py:\d+ for Lock.acquire", line) for line in waiting)
    assert any(re.search(r"main waits at test_ends_of_runs.py:\d+ for Event.wait", line) for line in waiting)


def test_the_message_of_a_deadlock_is_the_same_each_time():
    async def main():
        await asyncio.gather(asyncio.Event().wait(), asyncio.Event().wait())

    def message():
        with pytest.raises(NothingCanHappenError) as deadlock:
            run(main())
        return str(deadlock.value)

    assert message() == message()


def test_an_endless_run_ends_at_the_step_limit_and_its_tasks_are_cancelled():
    ended = []

    async def spins():
        try:
            for seconds in itertools.repeat(1):
                await asyncio.sleep(seconds)
        finally:
            ended.append("cancelled")

    with pytest.raises(StepLimitError, match="spins"):
        run(spins(), step_limit=1000)

    assert ended == ["cancelled"]


def test_a_run_may_take_as_many_steps_as_its_limit_and_not_one_more():
    async def naps():
        for _ in range(10):
            await asyncio.sleep(0)
        return "done"

    steps = 10 + 2  # one before the first nap, and one that stops the loop

    assert run(naps(), step_limit=steps) == "done"
    with pytest.raises(StepLimitError):
        run(naps(), step_limit=steps - 1)


def test_a_clean_up_that_fails_after_the_end_does_not_replace_the_result():
    async def fails_late():
        try:
            await asyncio.Event().wait()
        finally:
            raise ZeroDivisionError

    async def main():
        main.task = asyncio.create_task(fails_late())
        await asyncio.sleep(0)
        return "done"

    assert run(main()) == "done"
    assert isinstance(main.task.exception(), ZeroDivisionError)


def test_unfinished_tasks_are_cancelled_in_the_order_of_their_creation():
    ended = []

    async def stays(number):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    async def main():
        kept = [asyncio.get_running_loop().create_task(stays(n), name="the same") for n in range(20)]
        await asyncio.sleep(0)
        return len(kept)

    run(main())

    assert ended == list(range(20))


def test_a_task_that_ignores_its_cancellation_is_reported_and_the_loop_is_closed():
    async def stubborn():
        with pytest.raises(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def main():
        main.task = asyncio.get_running_loop().create_task(stubborn())
        await asyncio.sleep(0)

    loop = VirtualLoop(VirtualClock())

    with pytest.raises(NothingCanHappenError, match="stubborn"):
        run_in(loop, main())

    assert loop.is_closed()
    main.task._log_destroy_pending = False  # it is pending, and that was said
    main.task.get_coro().close()


def test_unfinished_async_generators_are_closed():
    closed = []

    async def numbers():
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(1)
            closed.append(now())

    async def main():
        main.generator = numbers()
        return await anext(main.generator)

    assert run(main()) == 1
    assert closed == [1]


def test_a_closed_loop_rejects_callbacks():
    async def main():
        return asyncio.get_running_loop()

    loop = run(main())

    assert loop.is_closed()
    for put in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print)):
        with pytest.raises(LoopClosedError, match="is closed"):
            put()


def test_nothing_of_a_run_stays_in_memory():
    class Thing:
        pass

    async def main():
        thing = Thing()
        asyncio.get_running_loop().call_later(99, print, thing).cancel()
        await asyncio.sleep(1)
        return weakref.ref(thing)

    thing = run(main())
    gc.collect()  # an unclosed loop would warn here, and warnings are errors

    assert thing() is None


def test_an_exception_leaves_the_run_unchanged():
    async def main():
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run(main())


def test_a_generator_that_is_dropped_when_the_run_is_over_is_closed_there_and_then():
    held, closed = [], []

    async def going_on():
        try:
            yield 1
        finally:
            closed.append("closed")

    async def main():
        held.append(going_on())
        await anext(held[0])

    loop = VirtualLoop(VirtualClock())
    loop.run_until_complete(main())
    loop.over = True  # nothing runs any more that could close it later
    held.clear()
    gc.collect()
    loop.close()

    assert closed == ["closed"]
