"""Listeners as tasks: who holds them, who waits for them, and what a cancellation does."""

import asyncio
import gc

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, Observer
from tests.core.calls import Calls, run


def test_a_task_is_held_until_it_ends_although_no_other_code_holds_it():
    bus, calls = EventBus(), Calls()

    async def waits():
        await asyncio.get_running_loop().create_future()  # only the task's own frame holds this future

    bus.on("x", waits)
    bus.on("x", calls.task("slow", seconds=1))

    async def main():
        bus.emit("x")
        await asyncio.sleep(0)
        gc.collect()
        held = len(bus._eventdemo_bus.runner.tasks)
        await asyncio.sleep(2)
        return held, len(bus._eventdemo_bus.runner.tasks)

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
    bus.on("x", calls.task("detached", result=1, seconds=5), delivery=DeliveryMode.DETACHED)
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
    bus.on("x", calls.plain("detached"), delivery=DeliveryMode.DETACHED)
    bus.on("x", calls.plain("awaited"))

    async def main():
        bus.emit("x") if how == "emit" else await bus.emit_async("x")
        calls.append("emitted")
        await bus.drain()

    run(main())
    assert calls == ["awaited", "emitted", "detached"]


def test_awaited_and_detached_are_the_same_to_emit():
    for delivery in DeliveryMode:
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
    bus.on("third", calls.task("third", seconds=1), delivery=DeliveryMode.DETACHED)

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
    bus.on("error", calls.task("reported", seconds=1))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["x", "reported", "reported ended"]


@pytest.mark.parametrize("turns", range(5))
def test_drain_waits_for_the_report_of_a_listener_that_has_just_failed(turns):
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.failing("x", 0))
    bus.on("error", calls.task("reported", seconds=1))

    async def main():
        bus.emit("x")
        for _ in range(turns):
            await asyncio.sleep(0)  # after one of these turns the task has ended, and its callbacks have not run
        await bus.drain()

    run(main())
    assert calls == ["x", "reported", "reported ended"]


def test_drain_with_nothing_to_wait_for_returns():
    run(EventBus().drain())


def test_drain_inside_a_listener_is_refused():
    bus = EventBus()
    bus.on("x", bus.drain)

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("x"))

    assert str(caught.value.exceptions[0]).startswith("drain() in a listener, or in its tasks, would wait for itself")


def test_drain_in_a_task_that_a_running_listener_started_is_refused_and_does_not_hang():
    bus = EventBus()

    async def shuts_down():
        await asyncio.create_task(bus.drain())

    bus.on("x", shuts_down)

    with pytest.raises(ExceptionGroup) as caught:
        run(asyncio.wait_for(bus.emit_async("x"), 5))

    assert str(caught.value.exceptions[0]).startswith("drain() in a listener, or in its tasks, would wait for itself")


def test_drain_in_a_task_whose_listener_has_ended_waits_for_the_others():
    bus, calls = EventBus(), Calls()

    async def drains():
        await asyncio.sleep(1)
        await bus.drain()
        calls.append("drained")

    bus.on("x", lambda: asyncio.ensure_future(drains()) and None)
    bus.on("x", calls.task("slow", seconds=2))

    async def starts():
        bus.emit("x")

    bus.on("start", starts)

    async def main():
        bus.emit("start")
        await asyncio.sleep(5)

    run(main())
    assert calls == ["slow", "slow ended", "drained"]


def test_drain_says_after_its_timeout_which_listeners_still_run_and_lets_them_run_on():
    bus, calls = EventBus(), Calls()
    for name, seconds in (("send_mail", 9), ("audit", 7), ("quick", 1)):
        bus.on("x", calls.task(name, seconds=seconds))

    async def main():
        bus.emit("x")
        with pytest.raises(TimeoutError) as caught:
            await bus.drain(timeout=2.5)
        await bus.drain(timeout=10)
        return str(caught.value)

    assert run(main()) == "After 2.5 s, listeners still run: audit, send_mail."
    assert calls[-2:] == ["audit ended", "send_mail ended"]


def test_drain_with_a_timeout_names_a_listener_that_emits_its_own_event_for_ever():
    bus = EventBus()

    @bus.on("tick")
    async def tick():
        await asyncio.sleep(1)
        bus.emit("tick")

    async def main():
        bus.emit("tick")
        await bus.drain(timeout=10.5)

    with pytest.raises(TimeoutError, match=r"^After 10\.5 s, listeners still run: tick\.$"):
        run(main())


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
    left = next(iter(bus._eventdemo_bus.runner.tasks))
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
    assert not bus._eventdemo_bus.runner.tasks
