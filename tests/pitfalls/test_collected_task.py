"""A task that nobody keeps: when the collector takes it, and that the real asyncio does the same."""

import asyncio
import gc
import weakref

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.collected_task import Confirmations, ForgetfulBus, no_other_collection
from eventdemo.simulate import simulate
from tests.pitfalls.orders import end, ends

LET_IN = "whoever confirms is let in"


def test_it_is_luck_whether_the_collector_comes_before_the_confirmation():
    assert ends("collected-task") == {"1 of 1 people confirmed and were never let in": 1, LET_IN: 1}


def test_a_bus_that_keeps_its_tasks_leaves_the_collector_nothing():
    assert ends("collected-task:repaired") == {LET_IN: 2}


def test_a_collected_listener_is_told_to_the_ledger_like_any_other_end():
    trace = simulate("collected-task", variant="broken")

    assert trace.ledger == {Fate.DONE: 14, Fate.CANCELLED_AT_EXIT: 11}
    assert trace.balanced


@pytest.mark.parametrize("strategy", ["sequential", "awaited", "detached"])
def test_every_bus_whose_listeners_may_wait_for_each_other_keeps_them(strategy):
    assert end("collected-task", "repaired", strategy=strategy) == LET_IN


def test_a_bus_that_blocks_waits_for_somebody_whom_it_keeps_from_coming():
    assert end("collected-task", "repaired", strategy="sync") == "25 of 25 people confirmed and were never let in"


@pytest.mark.parametrize(("kind", "survives"), [(ForgetfulBus, False), (EventBus, True)])
def test_the_real_loop_drops_a_task_that_waits_for_what_only_it_knows(kind, survives):
    told, let_in = [], []

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        bus, confirmations = kind(), Confirmations()

        async def wait_for_confirmation(user_id):
            await confirmations.of(user_id)
            let_in.append(user_id)

        bus.on("auth.login", wait_for_confirmation)
        bus.emit("auth.login", 7)
        await asyncio.sleep(0)
        gc.collect()
        confirmations.arrived(7)
        await bus.drain()

    with no_other_collection():
        asyncio.run(main())

    assert let_in == ([7] if survives else [])
    assert told == ([] if survives else ["Task was destroyed but it is pending!"])


def test_the_real_loop_keeps_a_task_that_sleeps_because_its_timer_does():
    async def main():
        sleeping = weakref.ref(asyncio.create_task(asyncio.sleep(0.001)))
        await asyncio.sleep(0)
        gc.collect()
        return sleeping() is not None

    assert asyncio.run(main())


def test_nobody_needs_to_ask_for_a_collection():
    async def main():
        waiting = weakref.ref(asyncio.create_task(asyncio.Event().wait()))
        await asyncio.sleep(0)
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for _ in range(1_000_000):
            if waiting() is None:
                return "collected"
            grown = []
            grown.append(grown)  # a cycle, so that it is the collector's to find
        return "still there"

    assert asyncio.run(main()) == "collected"
