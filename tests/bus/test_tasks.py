"""Listeners as tasks: who holds them, who waits for them, and what a cancellation does."""

import asyncio
import gc

import pytest

from eventdemo.bus import EventBus
from eventdemo.delivery import Delivery, Observer
from eventdemo.sim.virtual_time import run
from tests.bus.calls import Calls


def test_a_task_is_held_until_it_ends_although_nobody_else_holds_it():
    bus, calls = EventBus(), Calls()

    async def waits():
        await asyncio.get_running_loop().create_future()  # only the task's own frame holds this future

    bus.on("x", waits)
    bus.on("x", calls.task("slow", seconds=1))

    async def main():
        bus.emit("x")
        await asyncio.sleep(0)
        gc.collect()
        held = len(bus._tasks)
        await asyncio.sleep(2)
        return held, len(bus._tasks)

    assert run(main()) == (2, 1)
    assert calls == ["slow", "slow ended"]


def test_a_task_is_named_after_its_listener():
    bus, names = EventBus(), []

    async def unsubscribe_from_topics():
        names.append(asyncio.current_task().get_name())

    bus.on("x", unsubscribe_from_topics)

    run(bus.emit_async("x"))

    assert names == ["unsubscribe_from_topics"]


def test_emit_async_does_not_wait_for_a_detached_listener_and_has_no_result_of_it():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("detached", result=1, seconds=5), delivery=Delivery.DETACHED)
    bus.on("x", calls.task("awaited", result=2, seconds=1))

    async def main():
        values = await bus.emit_async("x")
        calls.append("emit_async returned")
        await bus.drain()
        return values

    assert run(main()) == [2]
    assert calls == ["detached", "awaited", "awaited ended", "emit_async returned", "detached ended"]


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_a_detached_plain_function_waits_for_a_later_turn(how, watched):
    bus, calls = EventBus(), Calls()
    if watched:
        bus.observe(Observer())
    bus.on("x", calls.plain("detached"), delivery=Delivery.DETACHED)
    bus.on("x", calls.plain("awaited"))

    async def main():
        bus.emit("x") if how == "emit" else await bus.emit_async("x")
        calls.append("emitted")
        await bus.drain()

    run(main())
    assert calls == ["awaited", "emitted", "detached"]


def test_awaited_and_detached_are_the_same_to_emit():
    for delivery in Delivery:
        bus, calls = EventBus(), Calls()
        bus.on("x", calls.task("listener", seconds=1), delivery=delivery)

        async def main(bus=bus, calls=calls):
            bus.emit("x")
            calls.append("emit returned")
            await bus.drain()

        run(main())
        assert calls == ["emit returned", "listener", "listener ended"]


def test_drain_waits_for_what_running_listeners_start_in_turn():
    bus, calls = EventBus(), Calls()

    async def first():
        await asyncio.sleep(1)
        bus.emit("second")

    async def second():
        await asyncio.sleep(1)
        bus.emit("third")

    bus.on("first", first)
    bus.on("second", second)
    bus.on("third", calls.task("third", seconds=1), delivery=Delivery.DETACHED)

    async def main():
        bus.emit("first")
        await bus.drain()
        return asyncio.get_running_loop().time()

    assert run(main()) == 3
    assert calls == ["third", "third ended"]


def test_drain_waits_for_listeners_that_an_emit_async_elsewhere_waits_for():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("listener", seconds=3))

    async def main():
        emitter = asyncio.ensure_future(bus.emit_async("x"))
        await asyncio.sleep(1)
        await bus.drain()
        assert calls == ["listener", "listener ended"]
        await emitter

    run(main())


def test_drain_waits_for_the_listeners_of_error_that_a_failure_starts():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.failing("x", 1))
    bus.on("error", calls.task("told", seconds=1))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["x", "told", "told ended"]


def test_drain_with_nothing_to_wait_for_returns():
    run(EventBus().drain())


def test_drain_inside_a_listener_is_refused():
    bus = EventBus()
    bus.on("x", bus.drain)

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("x"))

    assert "drain() inside a listener" in str(caught.value.exceptions[0])


def test_giving_up_on_drain_cancels_no_listener():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("listener", seconds=5))

    async def main():
        bus.emit("x")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bus.drain(), 1)
        await bus.drain()

    run(main())
    assert calls == ["listener", "listener ended"]


def test_a_loop_that_was_closed_over_a_listener_does_not_block_drain_for_ever():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("listener", seconds=5))
    loop = asyncio.new_event_loop()

    async def emit():
        bus.emit("x")

    loop.run_until_complete(emit())
    left = next(iter(bus._tasks))
    loop.close()

    run(asyncio.wait_for(bus.drain(), 1))

    left._log_destroy_pending = False
    left.get_coro().close()


def test_one_bus_serves_one_loop_after_the_other():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("heard", seconds=1))

    for _ in range(2):
        run(bus.emit_async("x"))

    assert calls == ["heard", "heard ended"] * 2
    assert not bus._tasks


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


def test_a_second_cancellation_does_not_leave_listeners_behind():
    bus, calls = EventBus(), Calls()

    async def slow_to_clean_up():
        for _ in range(2):
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                calls.append("cancelled")

    bus.on("x", slow_to_clean_up)

    async def main():
        emitter = asyncio.ensure_future(bus.emit_async("x"))
        for _ in range(2):
            await asyncio.sleep(1)
            emitter.cancel()
        await asyncio.wait([emitter])
        return emitter.cancelled(), asyncio.get_running_loop().time()

    assert run(main()) == (True, 2)
    assert calls == ["cancelled", "cancelled"]


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
    bus.on("x", calls.task("detached", seconds=3), delivery=Delivery.DETACHED)
    bus.on("x", calls.task("awaited", seconds=3))

    async def main():
        await cancelled_after(1, bus.emit_async("x"))
        await bus.drain()

    run(main())
    assert calls == ["detached", "awaited", "detached ended"]
