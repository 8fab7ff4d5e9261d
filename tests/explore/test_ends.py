"""Whatever a program does is an outcome with a schedule: an exception, a deadlock, a timeout, a run without an end."""

import asyncio

import pytest

from eventdemo.explore import explore, make_bus, wait
from eventdemo.explore.experiment import play
from eventdemo.explore.schedulers import ReplayScheduler
from tests.explore import programs

ALL = ("fifo", "turns", "any")


def explored(program, **options):
    return explore(programs.experiment(program, declared=False), **options)


def outcomes(program, **options):
    found = explored(program, **options)
    assert found.complete
    return set(found.outcomes)


@pytest.mark.parametrize("ready", ALL)
def test_an_exception_is_an_outcome_that_refutes_any_claim_and_has_a_schedule(ready):
    async def program(bus):
        left = [1]

        async def take():
            await wait()
            await wait()
            left.pop()

        async def put():
            await wait()
            left.append(1)

        await asyncio.gather(take(), take(), put())
        return "sold"

    found = explored(program, ready=ready)

    assert set(found.outcomes) == {"sold", "raised IndexError: pop from empty list"}
    again = play(found.experiment, make_bus("awaited")(), ReplayScheduler(found.failing.choices), ready)
    assert again.outcome == "raised IndexError: pop from empty list"


@pytest.mark.parametrize("ready", ALL)
def test_a_deadlock_says_which_tasks_wait_where_and_for_what(ready):
    async def program(bus):
        one, other = asyncio.Lock(), asyncio.Lock()

        async def pay(first, second):
            async with first:
                await wait()
                async with second:
                    return

        tasks = [asyncio.create_task(pay(one, other), name="a"), asyncio.create_task(pay(other, one), name="b")]
        await asyncio.wait(tasks)
        return "paid"

    found = explored(program, ready=ready)

    assert found.refuted
    deadlock = found.failing.outcome
    assert deadlock.startswith("deadlock: a waits at test_ends.py:")
    assert deadlock.count(" for Lock.acquire") == 2
    assert "; b waits at test_ends.py:" in deadlock
    if ready == "any":
        assert "paid" in found.outcomes


def test_a_task_that_waits_for_another_task_names_it():
    async def program(bus):
        async def never():
            await asyncio.get_running_loop().create_future()

        await asyncio.create_task(never(), name="the slow one")

    (outcome,) = explored(program).outcomes

    assert "program waits at test_ends.py:" in outcome
    assert "for the task the slow one" in outcome


@pytest.mark.parametrize("ready", ALL)
def test_a_program_that_never_ends_is_an_outcome(ready):
    async def program(bus):
        while True:  # noqa: ASYNC110 - it must not end
            await asyncio.sleep(0)

    found = explored(program, ready=ready)

    assert [outcome[:29] for outcome in found.outcomes] == ["never ends: program waits at "]
    assert found.schedules == 1


def test_a_heartbeat_ends_no_exploration():
    async def program(bus):
        async def beat():
            while True:  # noqa: ASYNC110 - a heartbeat
                await asyncio.sleep(1)

        heart = asyncio.create_task(beat())
        await wait()
        heart.cancel()
        return "done"

    found = explored(program, bound=20)

    assert set(found.outcomes) == {"done"}
    assert not found.complete


def test_a_timeout_ends_a_wait_beside_a_heartbeat():
    async def program(bus):
        async def beat():
            while True:  # noqa: ASYNC110 - a heartbeat
                await asyncio.sleep(1)

        heart = asyncio.create_task(beat())
        try:
            async with asyncio.timeout(5):
                await asyncio.Event().wait()
        except TimeoutError:
            return "timed out"
        finally:
            heart.cancel()

    assert set(explored(program, bound=20).outcomes) == {"timed out"}


def test_drain_within_a_short_timeout_may_lose_a_delivery():
    async def program(bus):
        heard = []

        async def listener():
            await wait()
            heard.append(1)

        bus.on("user.created", listener)
        bus.emit("user.created")
        try:
            async with asyncio.timeout(0.001):
                await bus.drain()
        except TimeoutError:
            return f"timed out, {len(heard)} heard"
        return f"{len(heard)} heard"

    assert outcomes(program) >= {"1 heard", "timed out, 0 heard"}


@pytest.mark.parametrize("ready", ALL)
def test_timers_may_fire_in_any_order(ready):
    async def program(bus):
        fired, loop = [], asyncio.get_running_loop()
        done = loop.create_future()

        def fire(name):
            fired.append(name)
            if len(fired) == 2:
                done.set_result(None)

        loop.call_later(1, fire, "a")
        loop.call_at(loop.time() + 2, fire, "b")
        await done
        return "".join(fired)

    assert outcomes(program, ready=ready) == {"ab", "ba"}


def test_a_declared_program_with_a_timer_is_explored_without_the_reduction():
    assert not explore(programs.experiment(test_timeouts_of_two_tasks)).reduced


async def test_timeouts_of_two_tasks(bus):
    async with asyncio.timeout(1):
        await wait()


test_timeouts_of_two_tasks.__test__ = False


@pytest.mark.parametrize("ready", ALL)
def test_work_in_threads_runs_in_every_order(ready):
    async def program(bus):
        stock = [0]

        def read():
            return stock[0]

        def write(number):
            stock[0] = number

        async def add():
            seen = await asyncio.to_thread(read)
            await asyncio.get_running_loop().run_in_executor(None, write, seen + 1)

        await asyncio.gather(add(), add())
        return str(stock[0])

    assert outcomes(program, ready=ready) == {"1", "2"}


def test_an_exception_in_a_thread_reaches_the_task_that_waits():
    async def program(bus):
        await asyncio.to_thread({}.__getitem__, "key")

    assert outcomes(program) == {"raised KeyError: 'key'"}


def test_anyios_threads_and_timeouts_are_explored_too():
    import anyio
    import anyio.to_thread

    async def program(bus):
        stock = [0]

        async def add():
            seen = await anyio.to_thread.run_sync(lambda: stock[0])
            with anyio.move_on_after(1):
                await wait()
                stock[0] = seen + 1

        async with anyio.create_task_group() as group:
            group.start_soon(add)
            group.start_soon(add)
        return str(stock[0])

    assert set(explored(program, bound=300).outcomes) == {"0", "1", "2"}


def test_one_task_may_be_cancelled_wherever_it_waits_if_you_ask_for_it():
    from dataclasses import replace

    async def program(bus):
        done = []

        async def work():
            await wait()
            done.append("first")
            await wait()
            done.append("second")

        await asyncio.wait([asyncio.create_task(work())])
        return ", ".join(done) or "nothing"

    assert outcomes(program) == {"first, second"}
    cancelled = explore(replace(programs.experiment(program, declared=False), cancel=True))
    assert set(cancelled.outcomes) == {"nothing", "first", "first, second"}


def test_two_waits_may_end_on_the_same_turn_of_the_loop():
    """Here a reader that is woken by one task runs after another one has written, too."""

    async def program(bus):
        woken, memory = asyncio.Event(), [0]

        async def first():
            await wait()
            memory[0] = 1
            woken.set()

        async def second():
            await wait()
            memory[0] = 2

        async def reader():
            await woken.wait()
            return memory[0]

        return str((await asyncio.gather(reader(), first(), second()))[0])

    assert outcomes(program, ready="fifo") == {"1"}
    assert outcomes(program, ready="turns") == {"1", "2"}
