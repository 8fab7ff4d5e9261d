"""The test that a report prints goes on checking after the fix, even if the fix takes its schedule away."""

import sys
from pathlib import Path

import pytest

from eventdemo.explore import assert_holds, replay
from eventdemo.explore.schedulers import BadScheduleError

BROKEN = """
import asyncio

async def main():
    stock, sold = 1, []
    async def buy(name):
        nonlocal stock
        if stock:
            await asyncio.sleep(0.1)
            stock -= 1
            sold.append(name)
            await asyncio.sleep(0.1)
    await asyncio.gather(buy("Ann"), buy("Bo"))
    assert len(sold) == 1
"""
FIXED = BROKEN.replace("            stock -= 1\n", "").replace("if stock:\n", "if stock:\n            stock -= 1\n")
OTHER_RACE = FIXED.replace("assert len(sold) == 1", "assert stock")


RACE_IN_ANOTHER_ORDER = """
import asyncio

async def main():
    order = []
    async def note(what):
        await asyncio.sleep(0.1)
        order.append(what)
    await asyncio.gather(note(1), note(2))
    assert order == [1, 2]
"""
TOKEN = "till.py:main/awaited/fifo/01"


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    change(BROKEN)


def change(source):
    """Write the program again, and forget the one that was imported."""
    Path("till.py").write_text(source)
    sys.modules.pop("program_till", None)


def test_it_fails_with_the_outcome_as_long_as_the_schedule_does():
    with pytest.raises(AssertionError, match=r"raised AssertionError\. Show it with: eventdemo replay till.py:main/"):
        assert_holds(TOKEN)


def test_it_passes_after_a_fix_that_takes_the_schedule_away():
    change(FIXED)

    with pytest.raises(BadScheduleError):
        replay(TOKEN)
    assert_holds(TOKEN)


def test_it_explores_the_changed_program_and_reports_another_failure():
    change(OTHER_RACE)

    with pytest.raises(AssertionError, match="no longer has this schedule, so all others ran") as failed:
        assert_holds(TOKEN)
    assert "till.py:main fails in" in str(failed.value)


def test_a_schedule_that_exists_and_passes_is_not_enough():
    change(RACE_IN_ANOTHER_ORDER)
    assert replay("till.py:main/awaited/fifo/0").holds

    with pytest.raises(AssertionError, match="fails in 1 of 2 schedules"):
        assert_holds("till.py:main/awaited/fifo/0")
