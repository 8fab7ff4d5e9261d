"""Programs that can't be explored: those that are not deterministic, and those that leave the event loop."""

import asyncio
import signal
import threading
from contextlib import suppress
from itertools import cycle
from uuid import uuid4

import pytest

from eventdemo.explore import explore, wait
from eventdemo.explore.steps import NotDeterministicError
from eventdemo.simulate import simulate
from eventdemo.simulate.unsupported import UnsupportedCallError
from tests.explore import programs


def explored(program):
    return explore(programs.experiment(program, declared=False))


def test_a_program_that_takes_another_way_on_the_same_choices_is_not_deterministic():
    rounds = cycle([3, 1, 2])  # as random numbers might be

    async def program(bus):
        for _ in range(next(rounds)):
            await asyncio.gather(wait(), wait())
        return "done"

    with pytest.raises(NotDeterministicError, match=r"differ at choice \d+. In one, .*test_refused.py:\d+"):
        explored(program)


def test_a_program_that_ends_differently_on_the_same_choices_is_not_deterministic():
    runs = []

    async def program(bus):
        runs.append(1)
        await asyncio.gather(wait(), wait())
        return f"run {len(runs)}"

    with pytest.raises(NotDeterministicError, match="In one, it ended with 'run "):
        explored(program)


def test_the_error_names_only_the_tasks_that_differ():
    rounds = cycle([1, 2, 3])

    async def program(bus):
        same = asyncio.create_task(asyncio.sleep(1), name="the same")
        await asyncio.gather(same, *(wait() for _ in range(next(rounds))))

    with pytest.raises(NotDeterministicError, match="In one, ") as error:
        explored(program)
    assert "the same" not in str(error.value)


@pytest.mark.parametrize("name", ["job {}", "a job whose name is too long to be read in a report, {}"])
def test_random_identities_are_not_a_difference(name):
    async def waits_forever(bus):
        await asyncio.create_task(asyncio.Event().wait(), name=name.format(uuid4()))

    async def fails(bus):
        await wait()
        raise KeyError(f"{uuid4().hex} of {id(bus)}")

    assert explored(waits_forever).complete
    assert set(explored(fails).outcomes) == {"raised KeyError: '… of …'"}


async def connects():
    await asyncio.open_connection("example.com", 80)


async def serves():
    await asyncio.start_server(lambda *_: None, "localhost", 0)


async def starts_a_process():
    await asyncio.create_subprocess_exec("true")


async def handles_a_signal():
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: None)


async def starts_a_thread():
    threading.Thread(target=print, name="printer").start()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (connects, r"create_connection\(\) at test_refused.py:\d+ can't run in virtual time. Give the program a fake"),
        (serves, r"(create_server|getaddrinfo)\(\) at test_refused.py:\d+"),
        (starts_a_process, r"subprocess_exec\(\) at test_refused.py:\d+ can't run in virtual time. Pass in"),
        (handles_a_signal, r"add_signal_handler\(\) at test_refused.py:\d+"),
        (starts_a_thread, r"The start of the thread 'printer' at test_refused.py:\d+ .* Use asyncio.to_thread instead"),
    ],
)
def test_what_cannot_run_in_virtual_time_ends_in_one_sentence_with_its_line(call, message):
    async def program(bus):
        bus.on("user.created", call)
        await bus.emit_async("user.created")

    with pytest.raises(UnsupportedCallError, match=message):
        explored(program)


@pytest.mark.parametrize("simulated_or_explored", [simulate, explore])
def test_it_ends_so_even_if_the_program_catches_the_error_or_never_awaits_the_task(simulated_or_explored):
    async def catches():
        with suppress(Exception):
            await connects()

    async def gathers():
        await asyncio.gather(connects(), return_exceptions=True)

    async def forgets():
        asyncio.create_task(connects())  # noqa: RUF006 - that is the point
        await asyncio.sleep(1)

    async def waits_for_ever():
        asyncio.create_task(connects())  # noqa: RUF006
        await asyncio.Event().wait()

    for program in (catches, gathers, forgets, waits_for_ever):
        with pytest.raises(UnsupportedCallError, match=r"create_connection\(\) at test_refused.py:\d+ can't run in"):
            simulated_or_explored(program)


def test_what_is_called_after_the_end_is_no_part_of_the_outcome():
    async def program():
        async def closes():
            try:
                await asyncio.sleep(1)
            finally:
                await connects()

        asyncio.create_task(closes())  # noqa: RUF006
        await asyncio.sleep(0)

    assert [*explore(program, bound=1, ready="fifo").outcomes] == ["it ended"]
