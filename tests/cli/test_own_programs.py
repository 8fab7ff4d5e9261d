"""`run`, `compare`, `explore` and `replay` of an async function of your own, and what is refused in one line."""

import json
import re
from importlib import import_module

import pytest

from eventdemo.cli import watch
from tests.cli.commands import in_a_process

SHOP = """
import asyncio

async def checkout(bus):
    sold = []

    async def buy():
        await asyncio.sleep(0.1)
        if not sold:
            await asyncio.sleep(0.1)
            sold.append(1)
            bus.emit("sold")

    bus.on("sold", lambda: None)
    await asyncio.gather(buy(), buy())
    assert len(sold) == 1, f"sold {len(sold)} times"

async def closes():
    await asyncio.sleep(1)

async def cleans_up():
    try:
        await asyncio.gather(asyncio.sleep(1))
    except asyncio.CancelledError:
        raise ValueError("cancelled") from None

async def forever():
    while True:
        await asyncio.sleep(1)

async def holds_the_thread():
    while True:
        pass
"""
THREAD = """
import threading

threading.Thread(target=threading.Event().wait, name="poller").start()

async def main(): ...
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "poll.py").write_text(THREAD)
    (tmp_path / "quits.py").write_text("raise SystemExit('no database')")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "__init__.py").write_text("")
    (tmp_path / "store" / "till.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_shows_the_ledger_the_outcome_and_the_timeline(eventdemo):
    said = eventdemo("run", "shop.py:checkout")

    assert said.code == 1
    assert said.out.startswith("2 emits, 2 deliveries\n")
    assert "loses no delivery: raised AssertionError: sold 2 times\n" in said.out
    assert "checkout.<locals>.buy" in said.out


def test_a_run_that_keeps_its_claim_exits_with_0(eventdemo):
    assert eventdemo("run", "shop.py:closes").code == 0


def test_compare_runs_a_program_under_every_strategy(eventdemo):
    said = eventdemo("compare", "store.till:checkout")

    assert said.code == 1
    assert said.out.startswith("store.till:checkout\n")
    assert re.findall(r"^(\w+)(?::8)?: emit", said.out, re.MULTILINE)[-5:] == [
        "sync", "sequential", "awaited", "bounded", "detached"
    ]  # fmt: skip


def test_compare_says_once_that_strategies_change_nothing_for_a_program_that_emits_nothing(eventdemo):
    _, _, below = eventdemo("compare", "shop.py:closes").out.partition("\n\nNothing was emitted")

    assert below.splitlines() == [
        ", so a strategy changes nothing.",
        "✓ the program ends without an exception, and loses no delivery: it ended",
    ]


def test_explore_with_a_strategy_a_seed_and_a_bound_as_json(eventdemo):
    said = eventdemo("explore", "shop.py:checkout", "--strategy", "sequential", "--bound", 2, "--seed", 3, "--json")

    found = json.loads(said.out)
    assert (found["strategy"], found["sampled"], found["refuted"]) == ("sequential", 2, True)
    assert found["token"].startswith("shop.py:checkout/sequential/fifo/")


def test_a_cancellation_is_a_choice_and_its_token_replays(eventdemo):
    assert eventdemo("explore", "shop.py:cleans_up").code == 0

    found = json.loads(eventdemo("explore", "shop.py:cleans_up", "--cancel", "--json").out)
    replayed = eventdemo("replay", found["token"])

    assert found["token"] == "shop.py:cleans_up/awaited/fifo+cancel/1"
    assert replayed.code == 1
    assert "Outcome: raised ValueError: cancelled." in replayed.out
    assert "the cancellation of sleep" in replayed.out


def test_replay_names_the_line_of_each_await(eventdemo):
    said = eventdemo("replay", "shop.py:checkout/awaited/fifo/0")

    assert said.code == 1
    assert "\n1 buy #1 at shop.py:8\n2 buy #2 at shop.py:8\n3 buy #1 at shop.py:10\n" in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "shop.py:chekout"], "shop.py has no chekout: did you mean 'checkout'"),
        (["compare", "shoe.py:checkout"], "There is no file shoe.py."),
        (["run", "store.stall:main"], "The import of store.stall failed with ModuleNotFoundError"),
        (["explore", "quits.py:main"], "The import of quits.py failed at quits.py:1 with SystemExit: no database."),
        (["run", "shop.py:forever"], "shop.py:forever never ends: forever waits at shop.py:29 for sleep."),
        (["explore", "shop.py:forever", "--bound", 2], "shop.py:forever never ends"),
        (["compare", "shop.py:closes", "--instances", "2"], "shop.py:closes takes no Stage"),
        (["run", "shop.py:closes", "--users", "2"], "shop.py:closes takes no Stage"),
        (["run", "shop.py:closes", "--strategy", "hopeful"], "There is no strategy 'hopeful'"),
        (["run", "shop.py:closes", "--variant", "broken"], "shop.py:closes has no variants"),
    ],
)
def test_what_cannot_run_is_refused_in_one_line(eventdemo, monkeypatch, arguments, message):
    monkeypatch.setattr("eventdemo.simulate.own_run.STEP_LIMIT", 500)
    monkeypatch.setattr("eventdemo.explore.experiment.STEP_LIMIT", 500)

    eventdemo(*arguments).refused(message)


def test_a_name_that_means_a_program_is_corrected(eventdemo):
    eventdemo("explore", "shop.py").refused("'shop.py' is no program", "such as shop.py:checkout")
    eventdemo("explore", "shop:closes").refused("'shop:closes' is no program", "such as shop.py:closes")
    eventdemo("run", "shop.py").refused("'shop.py' is no program")


def test_what_a_program_prints_does_not_hide_the_report(eventdemo, folder):
    (folder / "loud.py").write_text("async def main():\n    print('loud')\n\nasync def reads():\n    input()\n")

    assert eventdemo("explore", "loud.py:main").out.startswith("loud.py:main passes")
    assert "EOFError" in eventdemo("explore", "loud.py:reads").out
    assert json.loads(eventdemo("explore", "loud.py:main", "--json").out)["refuted"] is False
    assert "loud" in eventdemo("replay", "loud.py:main/awaited/fifo/0").out
    assert eventdemo("run", "loud.py:main", "--json").out.startswith("{")


def test_a_wait_that_only_another_thread_could_end_is_interrupted(eventdemo, folder, monkeypatch):
    monkeypatch.setattr(watch, "WAIT", 0.2)
    (folder / "waits.py").write_text(
        "import asyncio, threading\n\nasync def main():\n    await asyncio.to_thread(threading.Event().wait)\n"
    )

    eventdemo("explore", "waits.py:main").refused("waits for a thread or for the system for more than 0.2 s")


@pytest.mark.parametrize("command", ["run", "explore"])
def test_a_program_that_holds_the_thread_is_interrupted(eventdemo, monkeypatch, command):
    monkeypatch.setattr(watch, "PATIENCE", 0.05)

    eventdemo(command, "shop.py:holds_the_thread").refused("holds the thread", " at shop.py:3")


def test_a_thread_that_an_import_leaves_running_does_not_keep_the_command_alive():
    in_a_process("run", "poll.py:main").refused("poll.py:main leaves a thread running, poller.")


LOST_WAKEUP = """
import asyncio

async def main():
    ready = asyncio.Event()

    async def waits():
        await ready.wait()
        assert ready.is_set(), "the event was cleared before its waiter ran"

    async def sets():
        await asyncio.sleep(0.1)
        ready.set()

    async def clears():
        await asyncio.sleep(0.1)
        ready.clear()
        await asyncio.sleep(0.1)
        ready.set()

    await asyncio.gather(waits(), sets(), clears())
"""


def test_two_waits_that_end_on_the_same_turn_are_tried_if_nothing_else_fails(eventdemo, folder):
    (folder / "wakes.py").write_text(LOST_WAKEUP)

    assert eventdemo("explore", "wakes.py:main", "--ready", "fifo").code == 0

    said = eventdemo("explore", "wakes.py:main")
    assert said.code == 1
    assert "cleared before its waiter ran" in said.out
    assert "eventdemo replay wakes.py:main/awaited/turns/" in said.out


def test_a_program_with_too_many_such_schedules_keeps_its_first_result(eventdemo, folder, monkeypatch):
    monkeypatch.setattr(import_module("eventdemo.explore.explore"), "BOUND_OF_TURNS", 1)
    (folder / "sleeps.py").write_text(
        "import asyncio\n\nasync def main():\n    await asyncio.gather(asyncio.sleep(1), asyncio.sleep(1))\n"
    )

    assert "Assumed: two waits never end on the same turn" in eventdemo("explore", "sleeps.py:main").out


LOST_IN_THREADS = """
import asyncio

async def main():
    stock = [2]

    def take():
        seen = stock[0]
        stock[0] = seen - 1

    await asyncio.gather(asyncio.to_thread(take), asyncio.to_thread(take))
    assert stock == [0]
"""


def test_a_program_with_threads_passes_on_a_condition_that_its_first_line_states(eventdemo, folder):
    (folder / "till.py").write_text(LOST_IN_THREADS)

    said = eventdemo("explore", "till.py:main")
    assert re.match(r"till.py:main passes in all \d+ schedules if nothing interrupts its threads \(several ", said.out)
    found = json.loads(eventdemo("explore", "till.py:main", "--json").out)
    assert found["assumed"] == ["nothing interrupts a function that runs in a thread"]


def test_a_program_that_ends_the_process_or_the_loop_does_not_pass(eventdemo, folder):
    (folder / "ends.py").write_text(
        "import os\n\nclass Stop(BaseException): ...\n\n"
        "async def leaves():\n    os._exit(0)\n\nasync def stops():\n    raise Stop('bye')\n"
    )

    left = eventdemo("explore", "ends.py:leaves")
    assert (left.code, "raised SystemExit: 0" in left.out) == (1, True)
    eventdemo("explore", "ends.py:stops").refused("ends.py:stops raised Stop: bye. Its class is no Exception")


def test_the_report_quotes_what_you_paste_cuts_long_messages_and_an_old_schedule_says_what_to_do(eventdemo, folder):
    (folder / "my shop.py").write_text("async def main():\n    raise OSError('x' * 1000)\n")

    said = eventdemo("explore", "my shop.py:main")
    assert "Replay it:  eventdemo replay 'my shop.py:main/awaited/fifo/0'\n" in said.out
    assert 'assert_holds("my shop.py:main/awaited/fifo/0")' in said.out
    assert "x" * 200 in said.out
    assert "x" * 400 not in said.out
    eventdemo("replay", "my shop.py:main/awaited/fifo/123").refused("explore it again")
