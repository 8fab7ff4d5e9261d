"""What the bus reports to observers, and that observing changes nothing else."""

import asyncio
from itertools import count

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.ledger import Ledger
from tests.core.calls import Calls, run
from tests.core.diary import Diary, watched_bus


def test_an_observer_sees_an_emit_from_its_beginning_to_the_end_of_its_last_listener():
    bus, diary = watched_bus()
    calls = Calls()
    bus.on("x", calls.task("task", seconds=1))
    bus.on("x", calls.plain("plain"))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert diary.lines == [
        "emitted x",
        "started plain",
        "handed task",
        "handed plain",
        "done plain",
        "returned x",
        "started task",
        "done task",
    ]


def test_emit_async_returns_after_the_awaited_have_ended():
    bus, diary = watched_bus()
    bus.on("x", Calls().task("awaited"))
    bus.on("x", Calls().task("detached", seconds=1), delivery=DeliveryMode.DETACHED)

    async def main():
        await bus.emit_async("x")
        await bus.drain()

    run(main())
    assert diary.lines[-4:] == ["done awaited", "started detached", "returned x", "done detached"]


@pytest.mark.parametrize("kind", ["plain", "task"])
def test_an_emission_returns_when_its_plain_listeners_have_ended_and_the_others_are_to_start(kind):
    bus, diary = EventBus(), Diary()
    diary.time = count().__next__  # each look at the clock takes a second
    bus.observe(diary)
    bus.on("x", getattr(Calls(), kind)("listener"))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert (diary.emissions[0].emitted, diary.emissions[0].returned) == (0, 1)


@pytest.mark.parametrize("register", [EventBus.on, EventBus.once])
def test_an_observer_sees_a_skipped_listener_as_dispatched_and_skipped(register):
    bus, diary = watched_bus()
    bus.on("x", Calls().failing("first"))
    register(bus, "x", Calls().task("second"))

    async def main():
        with pytest.raises(OSError, match="first"):
            bus.emit("x")

    run(main())
    assert diary.lines[2:] == ["handed first", "handed second", "failed-seen first", "skipped second", "returned x"]


def test_an_observer_sees_an_event_without_a_listener_as_emitted_and_returned():
    bus, diary = watched_bus()

    bus.emit("x")
    with pytest.raises(OSError, match="disk"):
        bus.emit("error", OSError("disk"))

    assert diary.lines == ["emitted x", "returned x", "emitted error", "returned error"]


def test_a_listener_that_is_cancelled_before_its_first_line_ends_without_having_started():
    bus, diary = watched_bus()
    bus.on("x", Calls().task("task"))

    async def main():
        bus.emit("x")
        for task in bus._eventdemo_bus.runner.tasks:
            task.cancel()
        await bus.drain()

    run(main())
    assert diary.lines == ["emitted x", "handed task", "returned x", "cancelled-at-exit task"]


def test_a_detached_plain_function_starts_when_it_is_called_not_when_it_is_handed_out():
    bus, diary = watched_bus()
    bus.on("x", Calls().plain("detached"), delivery=DeliveryMode.DETACHED)

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert diary.lines[-3:] == ["returned x", "started detached", "done detached"]


def test_an_observer_that_stopped_sees_no_later_emit():
    bus, diary = EventBus(), Diary()
    stop = bus.observe(diary)
    bus.emit("first")
    stop()

    bus.emit("second")

    assert diary.lines == ["emitted first", "returned first"]
    assert bus.observers() == ()


def test_an_observer_hears_each_emit_from_beginning_to_end_or_not_at_all():
    bus, early, late = EventBus(), Ledger(), Ledger()
    bus.observe(early)

    async def cancelled():
        await asyncio.sleep(100)

    bus.on("x", cancelled)
    bus.on("x", lambda: bus.observe(late) and None)
    bus.on("x", Calls().task("task"))

    async def main():
        bus.emit("x")
        for task in bus._eventdemo_bus.runner.tasks:
            task.cancel()
        await bus.drain()
        bus.emit("y")

    run(main())
    assert (early.emits, early.deliveries, early.balanced) == (2, 4, True)
    assert (late.emits, late.deliveries, late.balanced) == (1, 1, True)


def test_a_listener_lost_with_its_loop_ends_as_cancelled_and_prints_nothing():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)

    async def waits():
        await asyncio.sleep(100)

    bus.on("x", waits)
    loop = asyncio.new_event_loop()

    async def emit():
        bus.emit("x")
        await asyncio.sleep(0)

    loop.run_until_complete(emit())
    (left,) = bus._eventdemo_bus.runner.tasks
    loop.close()
    left._log_destroy_pending = False
    left.get_coro().close()

    assert ledger.counts() == {"cancelled-at-exit": 1}
    assert ledger.balanced
