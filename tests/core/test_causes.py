"""Because of which delivery an event was emitted."""

import asyncio

import pytest

from eventdemo.backend.events import UserCreated
from eventdemo.core.delivery import current_delivery
from tests.core.calls import run
from tests.core.diary import watched_bus


def test_emissions_are_numbered_and_keep_their_arguments():
    bus, diary = watched_bus()
    event = UserCreated(user_id=1)

    bus.emit(event)
    bus.emit("x", 1, 2)

    assert [(e.number, e.name, e.args) for e in diary.emissions] == [(1, "user.created", (event,)), (2, "x", (1, 2))]


def names_of_causes(emission):
    """Follow the chain of causes back to its beginning."""
    names = []
    while emission.parent is not None:
        names.append(f"{emission.parent.emission.name} → {emission.parent.subscription.name}")
        emission = emission.parent.emission
    return names


def test_the_chain_of_causes_leads_back_through_tasks_and_plain_functions():
    bus, diary = watched_bus()

    async def second_listener():
        await asyncio.sleep(1)
        bus.emit("third")

    def third_listener():
        return asyncio.ensure_future(bus.emit_async("fourth"))

    def first_listener():
        bus.emit("second")

    bus.on("first", first_listener)
    bus.on("second", second_listener)
    bus.on("third", third_listener)

    async def main():
        bus.emit("first")
        await bus.drain()
        bus.emit("without a cause")

    run(main())
    chains = {emission.name: names_of_causes(emission) for emission in diary.emissions}
    assert chains["fourth"] == ["third → third_listener", "second → second_listener", "first → first_listener"]
    assert chains["first"] == chains["without a cause"] == []


@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_the_cause_of_a_listener_does_not_leak_into_the_emitter_or_its_neighbours(how):
    bus, _ = watched_bus()
    causes = []

    async def waits():
        await asyncio.sleep(1)
        causes.append(current_delivery.get().subscription.name)

    async def other():
        causes.append(current_delivery.get().subscription.name)

    def fails():
        raise OSError

    for listener in (waits, lambda: None, other):
        bus.on("x", listener)
    bus.on("y", fails)

    async def main():
        bus.emit("x") if how == "emit" else await bus.emit_async("x")
        with pytest.raises((OSError, ExceptionGroup)):
            bus.emit("y") if how == "emit" else await bus.emit_async("y")
        causes.append(current_delivery.get())
        await bus.drain()

    run(main())
    assert sorted(causes, key=str) == sorted(["other", "waits", None], key=str)
