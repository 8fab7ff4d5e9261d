"""A killed process does not do one line more; whoever waits for it hears that it died; what it left is cleared away."""

import asyncio
import gc

import pytest

from eventdemo.instances.process import DiedError, Process, current_process
from eventdemo.simulate.deadlock import NothingCanHappenError
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


def played(play):
    """Run `play(log)` on a loop on which one can die; return the log as it was when the play was over."""
    log = []

    async def main():
        await play(log)
        gc.collect()  # what nobody holds on to would run its `finally` blocks now
        return list(log)

    return run_in(KillableLoop(VirtualClock()), main())


async def works(log, name="work", seconds=2.0):
    """Work for a while, and tell of everything that can be told."""
    log.append(f"{name} begins")
    try:
        await asyncio.sleep(seconds)
        log.append(f"{name} is done")
    except BaseException as error:
        log.append(f"{name} noticed {type(error).__name__}")
        raise
    finally:
        log.append(f"{name} tidies up")


def test_whoever_asks_gets_the_answer_or_the_error():
    async def play(log):
        process = Process("A")

        async def answers():
            await asyncio.sleep(1)
            return f"from {current_process().name}"

        async def fails():
            raise OSError("no disk")

        log.append(await process.run(answers))
        with pytest.raises(OSError, match="no disk"):
            await process.run(fails)

    assert played(play) == ["from A"]


def test_not_one_line_runs_after_a_kill_no_except_and_no_finally():
    async def play(log):
        process = Process("A")
        process.start(lambda: works(log))
        await asyncio.sleep(1)
        process.kill()
        await asyncio.sleep(9)

    assert played(play) == ["work begins"]


def test_what_the_process_has_started_and_what_it_was_called_back_for_dies_with_it():
    async def play(log):
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

    assert played(play) == ["a part begins"]


def test_a_task_that_was_ready_to_run_does_not():
    async def play(log):
        process = Process("A")
        process.start(lambda: works(log))
        process.kill()  # before the loop's next turn
        await asyncio.sleep(1)

    assert played(play) == []


def test_callers_hear_that_it_died_in_the_order_in_which_they_asked():
    async def play(log):
        process = Process("A")

        async def asks(number):
            try:
                await process.run(lambda: asyncio.sleep(5))
            except DiedError as error:
                log.append(f"{number}: {error}")

        async with asyncio.TaskGroup() as callers:
            for number in range(3):
                callers.create_task(asks(number))
            await asyncio.sleep(1)
            process.kill()

    assert played(play) == [f"{number}: A died before it answered." for number in range(3)]


def test_a_dead_process_takes_no_requests():
    async def play(log):
        process = Process("A")
        process.kill()
        with pytest.raises(DiedError, match="A is dead"):
            await process.run(lambda: works(log))

    assert played(play) == []


def test_who_asked_from_another_process_goes_on_and_a_third_is_not_touched():
    async def play(log):
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

    assert played(play) == ["C's work begins", "A's work begins", "B goes on", "C's work is done", "C's work tidies up"]


def test_who_survives_it_is_told_of_a_death_at_once():
    async def play(log):
        process = Process("A")
        process.on_kill.append(lambda: log.append(asyncio.get_running_loop().time()))
        process.start(lambda: works([]))
        await asyncio.sleep(1.5)
        process.kill()

    assert played(play) == [1.5]


def test_an_exit_cancels_what_runs_and_waits_for_it_unlike_a_kill():
    async def play(log):
        process = Process("A")
        process.start(lambda: works(log, "one"))
        process.start(lambda: works(log, "two"))
        await asyncio.sleep(1)
        await process.exit()
        log.append("over")

    told = [f"{name} {what}" for name in ("one", "two") for what in ("noticed CancelledError", "tidies up")]
    assert played(play) == ["one begins", "two begins", *told, "over"]


def test_the_dead_are_cleared_away_at_the_end_of_the_loop_and_nobody_complains():
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

    assert log == ["work begins", "work noticed GeneratorExit", "work tidies up"]


def test_a_run_that_only_the_dead_wait_in_names_the_living():
    async def main():
        process = Process("A")
        process.start(lambda: asyncio.Event().wait())
        await asyncio.sleep(1)
        process.kill()
        await asyncio.get_running_loop().create_future()

    with pytest.raises(NothingCanHappenError) as stuck:
        run_in(KillableLoop(VirtualClock()), main())

    assert "Event.wait" not in str(stuck.value)
    assert "main" in str(stuck.value)
