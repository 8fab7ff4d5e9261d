"""Cancelling a task that waits in `emit_async`."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from tests.core.calls import Calls, run


async def cancelled_after(seconds, coroutine):
    task = asyncio.ensure_future(coroutine)
    await asyncio.sleep(seconds)
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError, match="enough"):
        await task


def test_cancelling_emit_async_cancels_its_listeners_and_waits_for_their_clean_up():
    bus, calls = EventBus(), Calls()

    def cleaning(seconds):
        async def listener():
            try:
                await asyncio.sleep(100)
            finally:
                calls.append(f"cancelled at {asyncio.get_running_loop().time():g}")
                await asyncio.sleep(seconds)
                calls.append(f"cleaned up at {asyncio.get_running_loop().time():g}")

        return listener

    for seconds in (5, 3):
        bus.on("x", cleaning(seconds))

    run(cancelled_after(1, bus.emit_async("x")))

    assert calls == ["cancelled at 1", "cancelled at 1", "cleaned up at 4", "cleaned up at 6"]


@pytest.mark.parametrize("reaction", ["swallows it", "raises something else"])
def test_a_listener_that_does_not_obey_does_not_swallow_the_emitters_cancellation(reaction):
    bus, calls = EventBus(), Calls()

    async def disobeys():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            if reaction != "swallows it":
                raise OSError from None

    bus.on("x", disobeys)
    bus.on("x", calls.task("other", seconds=100))

    run(cancelled_after(1, bus.emit_async("x")))

    assert calls == ["other"]


@pytest.mark.parametrize("times", [2, 1500])
def test_however_often_the_emitter_is_cancelled_each_listener_is_cancelled_once_and_cleans_up(times):
    bus, calls = EventBus(), Calls()

    async def cleans_up():
        try:
            await asyncio.sleep(100)
        finally:
            calls.append("cancelled")
            await asyncio.sleep(3)
            calls.append("cleaned up")

    bus.on("x", cleans_up)

    async def main():
        emitter = asyncio.ensure_future(bus.emit_async("x"))
        await asyncio.sleep(1)
        for _ in range(times):
            emitter.cancel()
            await asyncio.sleep(1 / times)
        await asyncio.wait([emitter])
        return emitter.cancelled(), asyncio.get_running_loop().time()

    assert run(main()) == (True, 4)
    assert calls == ["cancelled", "cleaned up"]


def test_a_timeout_around_emit_async_is_a_timeout_error():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("slow", seconds=100))

    async def main():
        async with asyncio.timeout(2):
            await bus.emit_async("x")

    with pytest.raises(TimeoutError):
        run(main())
    assert calls == ["slow"]


def test_an_emit_async_in_the_clean_up_of_a_cancelled_task_works():
    bus, calls = EventBus(), Calls()

    async def cancels_itself():
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    bus.on("stopping", cancels_itself)
    bus.on("stopping", calls.task("other", seconds=1))

    async def emitter():
        try:
            await asyncio.sleep(100)
        finally:
            with pytest.raises(ExceptionGroup, match="cancels_itself"):
                await bus.emit_async("stopping")

    run(cancelled_after(1, emitter()))

    assert calls == ["other", "other ended"]


def test_cancelling_emit_async_leaves_detached_listeners_alone():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("detached", seconds=3), delivery=DeliveryMode.DETACHED)
    bus.on("x", calls.task("awaited", seconds=3))

    async def main():
        await cancelled_after(1, bus.emit_async("x"))
        await bus.drain()

    run(main())
    assert calls == ["detached", "awaited", "detached ended"]


def test_a_delivery_has_its_fate_when_emit_async_is_cancelled_in_the_same_turn_as_its_listener():
    bus, ledger, counted = EventBus(), Ledger(), []
    bus.observe(ledger)
    bus.on("x", Calls().task("listener", seconds=100))

    async def emit():
        try:
            await bus.emit_async("x")
        finally:
            counted.append(ledger.counts())

    async def main():
        emitting = asyncio.ensure_future(emit())
        await asyncio.sleep(0)  # the listener has a task, and has not run its first line
        (listener,) = asyncio.all_tasks() - {emitting, asyncio.current_task()}
        for task in (listener, emitting):
            task.cancel()
        await asyncio.gather(emitting, return_exceptions=True)

    run(main())

    assert counted == [{Fate.CANCELLED_AT_EXIT: 1}]
