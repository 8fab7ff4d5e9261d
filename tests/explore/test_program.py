"""A program of your own: an async function, given to `explore` or named on the command line."""

import asyncio
import re
from contextlib import suppress
from importlib import import_module

import pytest
from typer.testing import CliRunner

from eventdemo.cli.app import app
from eventdemo.explore import explore, replay, wait

SHOP = """
import asyncio

async def checkout():
    stock, sold = {"book": 1}, []

    async def buy():
        await asyncio.sleep(0.05)
        if stock["book"]:
            await asyncio.sleep(0.1)
            stock["book"] -= 1
            sold.append(1)

    await asyncio.gather(buy(), buy())
    assert len(sold) == 1, f"sold {len(sold)} times"

async def fixed():
    lock = asyncio.Lock()

    async def buy():
        async with lock:
            await asyncio.sleep(0.1)

    await asyncio.gather(buy(), buy())

def plain(): ...
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "broken.py").write_text("import nothing_like_it")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["explore", *arguments])


def test_a_function_without_arguments_is_a_program():
    async def program():
        await wait()
        return "done"

    assert set(explore(program).outcomes) == {"done"}


def test_a_function_may_take_the_bus_and_a_delivery_that_is_left_refutes_it():
    async def program(bus):
        bus.on("user.created", wait)
        bus.emit("user.created")
        await wait()

    found = explore(program)

    assert set(found.outcomes) == {"it ended", "it ended; 1 delivery lost"}
    assert found.failing.outcome == "it ended; 1 delivery lost"


async def top_level():
    await wait()
    raise ValueError("no")


def test_what_explore_returns_prints_itself_with_a_token_that_replays():
    text = str(explore(top_level))

    assert "raised ValueError: no" in text
    token = re.search(r"eventdemo replay (\S+)", text)[1]
    assert token.startswith("tests/explore/test_program.py:top_level/awaited/fifo/")
    assert replay(token).outcome == "raised ValueError: no"


def test_the_verdict_on_a_program_with_threads_states_its_condition():
    async def reads():
        await asyncio.to_thread(len, [])

    async def fails():
        await asyncio.to_thread(next, iter([None]))
        raise ValueError

    assert str(explore(reads)).startswith(
        "reads passes in the only possible schedule if nothing interrupts its threads (several "
    )
    assert str(explore(fails)).startswith("fails fails in the only possible schedule.\n")


def test_a_fake_that_answers_at_once_hides_the_race_and_the_report_says_what_to_do():
    async def lost_update(pause=None):
        stored = {"n": 0}

        async def read():
            answer = stored["n"]
            if pause is not None:
                await asyncio.sleep(pause)
            return answer

        async def add():
            stored["n"] = await read() + 1

        await asyncio.gather(add(), add())
        assert stored["n"] == 2

    async def on_a_network():
        await lost_update(0.1)

    assert "there is no other order.\nIf a fake answers at once, let it sleep " in str(explore(lost_update))
    assert "there is no other order" not in (over_a_network := str(explore(on_a_network)))
    assert "raised AssertionError" in over_a_network


def test_a_function_inside_another_is_reported_under_its_own_name():
    async def main():
        await wait()
        raise ValueError("no")

    assert str(explore(main)).startswith("main fails in the only possible schedule.")


def test_a_refuted_program_is_reported_with_the_line_of_each_await_and_a_token(shop):
    result = run("shop.py:checkout")

    assert result.exit_code == 1
    assert "  4  ✗ raised AssertionError: sold 2 times\n      2  ✓ it ended\n" in result.output
    assert "buy #1 at shop.py:10" in result.output
    token = re.search(r"eventdemo replay (\S+)", result.output)[1]
    assert replay(token).outcome == "raised AssertionError: sold 2 times"


def test_a_program_that_no_schedule_refutes_exits_with_0(shop):
    result = run("shop.py:fixed", "--ready", "turns")

    assert result.exit_code == 0
    assert "No schedule refutes the claim" in result.output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("shop.py:check", "shop.py has no check: did you mean 'checkout'"),
        ("shoe.py:checkout", "There is no file shoe.py. Give a file and a function"),
        ("shop.py:plain", "A program is an async function"),
        (
            "broken.py:main",
            "The import of broken.py failed at broken.py:1 with ModuleNotFoundError: No module named 'nothing_like_it'",
        ),
    ],
)
def test_a_program_that_does_not_exist_is_an_error_of_one_line(shop, name, message):
    from eventdemo.cli.errors import sentence_of

    error = run(name).exception

    assert message in sentence_of(error)
    assert "\n" not in str(error)


def test_the_report_says_where_an_exception_was_raised_even_in_a_group():
    async def program():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())

    async def fails():
        await wait()
        assert 1 + 1 == 3

    text = str(explore(program))

    assert "✗ raised AssertionError" in text
    assert "(in an ExceptionGroup)" in text
    assert re.search(r"\nRaised at test_program.py:\d+: assert 1 \+ 1 == 3\n", text)


def test_the_report_shows_the_run_in_which_each_wait_takes_its_nominal_time():
    async def program():
        async with asyncio.timeout(5):
            await asyncio.sleep(1)

    text = str(explore(program))

    assert text.startswith(
        "program fails in 1 of 2 schedules.\nEach schedule is one order in which the waits can end, "
    )
    assert "\nIf each wait takes its nominal time: ✓ it ended.\n" in text
    assert "a timer of program at test_program.py:" in text


def test_schedules_that_grow_without_end_are_given_up_early(monkeypatch):
    async def program():
        orders = asyncio.Queue()

        async def take():
            while True:
                with suppress(TimeoutError):
                    return await asyncio.wait_for(orders.get(), 0.5)

        taking = asyncio.create_task(take())
        await asyncio.sleep(0.1)
        orders.put_nowait("an order")
        await taking

    monkeypatch.setattr(import_module("eventdemo.explore.explore"), "MAX_CHOICES", 1000)
    found = explore(program, bound=200)

    assert not found.complete
    assert sum(len(choices) for choices, _ in found.paths[: found.schedules - found.sampled]) <= 1000
    assert found.schedules < 400


def test_long_schedules_are_given_up_five_times_earlier_if_one_has_failed(monkeypatch):
    def long(*, succeeds):
        async def program():
            async def waits():
                for _ in range(20):
                    await asyncio.sleep(0.1)

            await asyncio.gather(waits(), waits())
            assert succeeds

        return program

    monkeypatch.setattr(import_module("eventdemo.explore.explore"), "MAX_CHOICES", 10_000)
    passes, fails = (explore(long(succeeds=succeeds)) for succeeds in (True, False))

    assert (passes.schedules, passes.sampled) == (501, 251)
    assert (fails.schedules, fails.sampled) == (101, 51)


def test_a_failure_without_a_wait_has_no_list_of_steps():
    async def program():
        raise ValueError

    assert "\n\n\n" not in explore(program).report().partition("A test to paste")[0]


def test_a_task_of_anyio_is_called_by_the_name_of_its_function(shop):
    (shop / "group.py").write_text("""
import asyncio, anyio

async def main():
    async def pay():
        await asyncio.sleep(0.1)
        raise ValueError

    async with anyio.create_task_group() as group:
        group.start_soon(pay)
""")

    assert "\n1 pay at group.py:6\n" in run("group.py:main").output


@pytest.mark.parametrize("takes", ["number: int", "a, b", "*, bus"])
def test_a_function_that_takes_something_else_is_refused(takes, shop):
    (shop / "other.py").write_text(f"async def main({takes}): ...")
    result = run("other.py:main")

    assert isinstance(result.exception, ValueError)
    assert "A program takes nothing, a bus or a stage, but main takes" in str(result.exception)
