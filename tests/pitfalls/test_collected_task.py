"""A task without a reference: when the collector takes it, and that the real asyncio does the same."""

import asyncio
import gc
import weakref

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.collected_task import Confirmations, ForgetfulBus, no_other_collection
from eventdemo.simulate import simulate
from tests.pitfalls.orders import end, ends

LET_IN = "every user who confirms is let in"


def test_whether_the_collection_comes_before_the_confirmation_is_a_race():
    assert ends("collected-task") == {"1 of 1 users confirmed and were never let in": 1, LET_IN: 1}


def test_a_bus_that_keeps_its_tasks_loses_none_to_the_collector():
    assert ends("collected-task:repaired") == {LET_IN: 2}


def test_a_collected_listener_is_in_the_ledger():
    trace = simulate("collected-task", variant="broken")

    assert trace.ledger == {Fate.DONE: 14, Fate.CANCELLED_AT_EXIT: 11}
    assert trace.balanced


@pytest.mark.parametrize("strategy", ["sequential", "awaited", "detached"])
def test_every_bus_with_concurrent_listeners_keeps_their_tasks(strategy):
    assert end("collected-task", "repaired", strategy=strategy) == LET_IN


def test_a_synchronous_bus_waits_for_a_confirmation_that_it_prevents():
    assert end("collected-task", "repaired", strategy="sync") == "25 of 25 users confirmed and were never let in"


@pytest.mark.parametrize(("kind", "survives"), [(ForgetfulBus, False), (EventBus, True)])
def test_the_real_loop_drops_a_task_whose_future_has_no_other_reference(kind, survives):
    reported, let_in = [], []

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
        bus, confirmations = kind(), Confirmations()

        async def wait_for_confirmation(user_id):
            await confirmations.wait_for(user_id)
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
    assert reported == ([] if survives else ["Task was destroyed but it is pending!"])


def test_the_real_loop_keeps_a_sleeping_task_because_of_its_timer():
    async def main():
        sleeping = weakref.ref(asyncio.create_task(asyncio.sleep(0.001)))
        await asyncio.sleep(0)
        gc.collect()
        return sleeping() is not None

    assert asyncio.run(main())


def test_an_automatic_collection_takes_the_task_too():
    async def main():
        waiting = weakref.ref(asyncio.create_task(asyncio.Event().wait()))
        await asyncio.sleep(0)
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for _ in range(1_000_000):
            if waiting() is None:
                return "collected"
            grown = []
            grown.append(grown)  # a cycle, which only the collector frees
        return "still there"

    assert asyncio.run(main()) == "collected"
