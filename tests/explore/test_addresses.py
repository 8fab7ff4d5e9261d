"""A set of objects whose hash is their address: its order in another run is noticed, or assumed."""

import asyncio
import gc
import os
import subprocess
import sys
from weakref import WeakSet

import pytest

from eventdemo.explore import explore, wait
from eventdemo.explore.steps import NotDeterministicError
from tests.explore import programs
from tests.house.repo import ROOT


def explored(program):
    return explore(programs.experiment(program, declared=False))


def test_an_order_that_depends_on_addresses_is_found_although_each_run_gets_the_same_addresses():
    with pytest.raises(NotDeterministicError, match=r"In one, it ended with '.* is first'"):
        explored(an_address)


async def an_address(bus):
    await asyncio.gather(wait(), wait())
    return f"{id(bytes(431)) >> 4 & 1023} is first"


def test_it_is_found_again_and_again_in_a_process_that_runs_nothing_else():
    code = """if True:
        import asyncio
        from eventdemo.explore import explore, wait
        from eventdemo.explore.steps import NotDeterministicError
        from tests.explore import programs

        async def program(bus):
            await asyncio.gather(wait(), wait())
            return f"{id(bytes(431)) >> 4 & 1023} is first"

        for _ in range(20):
            try:
                explore(programs.experiment(program, declared=False))
            except NotDeterministicError as error:
                print("is first" in str(error))"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["True"] * 20


class Subscriber:
    def __init__(self, name):
        self.name = name


SUBSCRIBERS = set()
"""Keeps the subscribers of the run before until the next one begins, as the registries of libraries do."""


async def notify_in_order_of_a_set(names, *, alike):
    said = []

    async def notify(subscriber):
        if alike:
            await asyncio.sleep(1)
        else:
            await wait()
        said.append(subscriber.name)

    SUBSCRIBERS.clear()
    for name in names:
        SUBSCRIBERS.add(Subscriber(name))
    await asyncio.gather(*map(notify, SUBSCRIBERS))
    return said


only_on_3_11 = pytest.mark.skipif(sys.version_info >= (3, 12), reason="later versions seldom use other addresses")


@only_on_3_11
@pytest.mark.parametrize("alike", [True, False])
def test_an_order_that_follows_from_the_addresses_of_objects_is_found_and_their_class_is_named(alike):
    async def program(bus):
        return str(await notify_in_order_of_a_set("ab", alike=alike))

    for _ in range(10):
        with pytest.raises(NotDeterministicError, match="A set of Subscriber objects has the order of their addresses"):
            explored(program)


@only_on_3_11
def test_if_only_the_order_of_tasks_follows_from_addresses_the_result_rests_on_it():
    async def program(bus):
        async def one():
            await wait()

        async def other():
            await wait()

        SUBSCRIBERS.clear()
        for function in (one, other):
            SUBSCRIBERS.add(Subscriber(function))
        await asyncio.gather(*(each.name() for each in SUBSCRIBERS))
        return "done"

    for _ in range(10):
        (assumed,) = (each for each in explored(program).assumed if "such as the order of a set" in each)
        assert "one at test_addresses.py:" in assumed
        assert "other at test_addresses.py:" in assumed


def test_a_result_rests_on_the_order_of_a_set_of_objects_if_no_run_differs():
    async def program(bus):
        SUBSCRIBERS.clear()
        for name in "ab":
            SUBSCRIBERS.add(Subscriber(name))
        await asyncio.gather(wait(), wait())
        return sorted(each.name for each in SUBSCRIBERS)

    (assumed,) = (each for each in explored(program).assumed if "order of a set" in each)
    assert assumed == "the outcome doesn't depend on the order of a set, which follows from addresses (Subscriber)"


def test_a_set_of_one_object_or_of_strings_is_not_named():
    async def program(bus):
        one, names = set(), set()
        one.add(Subscriber("a"))
        for name in "ab":
            names.add(name)
        await asyncio.gather(wait(), wait())

    assert not any("order of a set" in each for each in explored(program).assumed)


def test_a_weak_set_may_lose_an_object_to_the_garbage_collector_at_any_time():
    class Socket:
        pass

    async def program(bus):
        connections, here = WeakSet(), [Socket() for _ in range(3)]
        for socket in here:
            socket.itself = socket
            connections.add(socket)
        del here[1:], socket
        for _ in range(20):
            connections.add(here[0])
            await wait()
        return "done"

    for threshold in range(1, 60):
        often = gc.get_threshold()
        gc.set_threshold(threshold)
        try:
            assert set(explored(program).outcomes) == {"done"}
        finally:
            gc.set_threshold(*often)


async def names_in_a_set():
    return " ".join({"mail", "stock", "audit", "cache"})


def test_a_set_of_strings_keeps_its_order_during_an_exploration_but_not_in_the_next_process():
    code = """if True:
        from eventdemo.explore import explore
        from tests.explore.test_addresses import names_in_a_set
        print(*explore(names_in_a_set).outcomes)"""
    environments = [os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed} for seed in "123"]
    printed = {
        subprocess.run([sys.executable, "-c", code], env=each, capture_output=True, text=True, check=True).stdout
        for each in environments
    }

    assert len(printed) > 1
