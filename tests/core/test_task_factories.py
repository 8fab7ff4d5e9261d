"""A coroutine listener starts on the loop's next turn whatever task factory the loop has, an eager one too."""

import asyncio
import types

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from tests.core.calls import Calls


@types.coroutine
def rest_of(coroutine, first):
    """Go on with a coroutine that has begun, and whose first step ended with a bare `yield`."""
    assert first is None
    yield
    while True:
        try:
            awaited = coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        awaited._asyncio_future_blocking = True
        yield awaited


async def go_on(coroutine, first):
    return await rest_of(coroutine, first)


async def give(value):
    return value


def begins_at_once(loop, coroutine, **options):
    """Do what `asyncio.eager_task_factory` does, before Python 3.12: run the first step of a task where it is made."""
    try:
        first = coroutine.send(None)
    except StopIteration as stop:
        return asyncio.Task(give(stop.value), loop=loop, **options)
    return asyncio.Task(go_on(coroutine, first), loop=loop, **options)


FACTORIES = {
    "none": None,
    "eager": getattr(asyncio, "eager_task_factory", begins_at_once),
    "lazy": lambda loop, coroutine, **options: asyncio.Task(coroutine, loop=loop, **options),
}


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("how", ["emit", "emit_async"])
@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_no_coroutine_listener_starts_inside_emit(factory, how, watched):
    bus, calls, ledger = EventBus(), Calls(), Ledger()
    if watched:
        bus.observe(ledger)
    bus.on("x", calls.task("first", seconds=0.001))
    bus.on("x", calls.task("second"))
    bus.on("x", calls.plain("plain"))

    async def main():
        asyncio.get_running_loop().set_task_factory(factory)
        if how == "emit":
            bus.emit("x")
            calls.append("emitted")
            await bus.drain()
        else:
            await bus.emit_async("x")

    asyncio.run(main())

    order = ["plain", *["emitted"] * (how == "emit"), "first", "second", "first ended"]
    assert calls == order
    assert ledger.counts() == ({"done": 3} if watched else {})


def test_a_listener_that_is_cancelled_before_its_turn_never_starts_under_an_eager_factory_either():
    bus, calls, ledger = EventBus(), Calls(), Ledger()
    bus.observe(ledger)
    bus.on("x", calls.task("never"))

    async def main():
        asyncio.get_running_loop().set_task_factory(FACTORIES["eager"])
        bus.emit("x")
        for task in bus._eventdemo_bus.runner.tasks:
            task.cancel()
        await bus.drain()

    asyncio.run(main())

    assert calls == []
    assert ledger.counts() == {"cancelled-at-exit": 1}
