"""A killed process runs no further code, its callers get a `DiedError`, and its tasks are collected at the end."""

import asyncio
import gc

import pytest

from eventdemo.instances.process import DiedError, Process, current_process
from eventdemo.simulate.deadlock import NothingCanHappenError
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


def run_scenario(scenario):
    """Run `scenario(log)` on a loop with killable processes; return the log as it was at the end of the scenario."""
    log = []

    async def main():
        await scenario(log)
        gc.collect()  # a coroutine without a reference would run its `finally` blocks now
        return list(log)

    return run_in(KillableLoop(VirtualClock()), main())


async def works(log, name="work", seconds=2.0):
    """Work for a while, and log every step."""
    log.append(f"{name} begins")
    try:
        await asyncio.sleep(seconds)
        log.append(f"{name} is done")
    except BaseException as error:
        log.append(f"{name} noticed {type(error).__name__}")
        raise
    finally:
        log.append(f"{name} cleans up")


def test_the_caller_gets_the_result_or_the_error():
    async def scenario(log):
        process = Process("A")

        async def answers():
            await asyncio.sleep(1)
            return f"from {current_process().name}"

        async def fails():
            raise OSError("no disk")

        log.append(await process.run(answers))
        with pytest.raises(OSError, match="no disk"):
            await process.run(fails)

    assert run_scenario(scenario) == ["from A"]


def test_no_code_runs_after_a_kill_neither_except_nor_finally():
    async def scenario(log):
        process = Process("A")
        process.start(lambda: works(log))
        await asyncio.sleep(1)
        process.kill()
        await asyncio.sleep(9)

    assert run_scenario(scenario) == ["work begins"]


def test_the_tasks_and_callbacks_of_a_process_die_with_it():
    async def scenario(log):
        process, signal = Process("A"), asyncio.Event()

        async def starts_more():
            asyncio.get_running_loop().call_later(3, log.append, "a callback")
            await asyncio.gather(works(log, "a part"), asyncio.create_task(waits_for_signal()))

        async def waits_for_signal():
            await signal.wait()
            log.append("the signal came")

        process.start(starts_more)
        await asyncio.sleep(1)
        process.kill()
        signal.set()
        await asyncio.sleep(9)

    assert run_scenario(scenario) == ["a part begins"]


def test_a_ready_task_does_not_run_after_a_kill():
    async def scenario(log):
        process = Process("A")
        process.start(lambda: works(log))
        process.kill()  # before the loop's next turn
        await asyncio.sleep(1)

    assert run_scenario(scenario) == []


def test_pending_requests_fail_in_the_order_in_which_they_were_made():
    async def scenario(log):
        process = Process("A")

        async def request(number):
            try:
                await process.run(lambda: asyncio.sleep(5))
            except DiedError as error:
                log.append(f"{number}: {error}")

        async with asyncio.TaskGroup() as callers:
            for number in range(3):
                callers.create_task(request(number))
            await asyncio.sleep(1)
            process.kill()

    assert run_scenario(scenario) == [f"{number}: A died before it answered." for number in range(3)]


def test_a_dead_process_takes_no_requests():
    async def scenario(log):
        process = Process("A")
        process.kill()
        with pytest.raises(DiedError, match="A is dead"):
            await process.run(lambda: works(log))

    assert run_scenario(scenario) == []


def test_a_kill_does_not_stop_other_processes():
    async def scenario(log):
        a, b, c = Process("A"), Process("B"), Process("C")

        async def relies_on_a():
            try:
                await a.run(lambda: works(log, "A's work"))
            except DiedError:
                log.append("B goes on")

        b.start(relies_on_a)
        c.start(lambda: works(log, "C's work", 3))
        await asyncio.sleep(1)
        a.kill()
        await asyncio.sleep(9)

    assert run_scenario(scenario) == [
        "C's work begins",
        "A's work begins",
        "B goes on",
        "C's work is done",
        "C's work cleans up",
    ]


def test_callbacks_run_at_the_time_of_the_kill():
    async def scenario(log):
        process = Process("A")
        process.on_kill.append(lambda: log.append(asyncio.get_running_loop().time()))
        process.start(lambda: works([]))
        await asyncio.sleep(1.5)
        process.kill()

    assert run_scenario(scenario) == [1.5]


def test_an_exit_cancels_running_tasks_and_waits_for_them():
    async def scenario(log):
        process = Process("A")
        process.start(lambda: works(log, "one"))
        process.start(lambda: works(log, "two"))
        await asyncio.sleep(1)
        await process.exit()
        log.append("over")

    ends = [f"{name} {what}" for name in ("one", "two") for what in ("noticed CancelledError", "cleans up")]
    assert run_scenario(scenario) == ["one begins", "two begins", *ends, "over"]


def test_the_tasks_of_a_dead_process_are_collected_at_the_end_of_the_loop():
    log = []

    async def stubborn():
        try:
            await works(log)
        finally:
            await asyncio.sleep(1)
            log.append("never")

    async def main():
        process = Process("A")
        process.start(stubborn)
        await asyncio.sleep(1)
        process.kill()

    run_in(KillableLoop(VirtualClock()), main())
    gc.collect()

    assert log == ["work begins", "work noticed GeneratorExit", "work cleans up"]


def test_a_deadlock_error_names_only_tasks_of_living_processes():
    async def main():
        process = Process("A")
        process.start(lambda: asyncio.Event().wait())
        await asyncio.sleep(1)
        process.kill()
        await asyncio.get_running_loop().create_future()

    with pytest.raises(NothingCanHappenError) as deadlock:
        run_in(KillableLoop(VirtualClock()), main())

    assert "Event.wait" not in str(deadlock.value)
    assert "main" in str(deadlock.value)
