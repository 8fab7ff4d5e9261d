"""`once` and `many`: at most that often, whatever happens inside the listener."""

import re
from decimal import Decimal

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run


def test_once_is_one_call():
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.plain("once"))

    assert [bus.emit("x") for _ in range(3)] == [True, False, False]
    assert calls == ["once"]


@pytest.mark.parametrize("ttl", [1, 2])
def test_many_is_at_most_that_many_calls(ttl):
    bus, calls = EventBus(), Calls()
    bus.many("x", ttl, calls.plain("many"))

    assert [bus.emit("x") for _ in range(4)] == [True] * ttl + [False] * (4 - ttl)
    assert calls == ["many"] * ttl


@pytest.mark.parametrize("ttl", [0, -1, 1.0, 2.5, True, False, "2", None, Decimal(2)])
def test_many_takes_a_whole_number_of_calls_and_at_least_one(ttl):
    bus = EventBus()
    with pytest.raises(ValueError, match=f"a whole number of calls, at least 1, not {re.escape(repr(ttl))}"):
        bus.many("x", ttl, print)

    assert bus.event_names() == set()


def test_once_under_a_pattern_is_one_call_for_all_names_together():
    bus, calls = EventBus(), Calls()
    bus.once("a.*", calls.plain("once"))

    bus.emit("a.x")
    bus.emit("a.y")

    assert calls == ["once"]


def test_a_once_listener_is_removed_before_it_is_called():
    bus, seen = EventBus(), []
    bus.once("x", lambda: seen.append(bus.listeners("x")))

    bus.emit("x")

    assert seen == [[]]


def test_a_once_listener_that_emits_the_same_event_is_called_once():
    bus, calls = EventBus(), Calls()

    def again():
        calls.append("once")
        bus.emit("x")

    bus.once("x", again)
    bus.emit("x")

    assert calls == ["once"]


def test_a_once_listener_that_an_inner_emit_used_up_is_not_called_by_the_outer_one():
    bus, calls = EventBus(), Calls()

    def emit_inside():
        if not calls:
            calls.append("inner emit")
            bus.emit("x")

    bus.on("x", emit_inside)
    bus.once("x", calls.plain("once"))

    bus.emit("x")

    assert calls == ["inner emit", "once"]


def test_an_emit_whose_only_listener_was_used_up_meanwhile_was_heard_by_no_listener():
    bus = EventBus()
    bus.once("x", lambda: None)
    routes = bus._eventdemo_bus.table.routes
    route = bus._eventdemo_bus.table.route("x")  # another thread has looked it up
    bus.emit("x")
    routes["x"] = route

    assert bus.emit("x") is False


def test_a_once_listener_that_raises_is_removed_too():
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.failing("once"))

    with pytest.raises(OSError, match="once"):
        bus.emit("x")

    assert not bus.emit("x")


@pytest.mark.parametrize("delivery", list(DeliveryMode))
def test_a_coroutine_listener_is_called_once_although_it_has_not_run_when_the_next_emit_comes(delivery):
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.task("once"), delivery=delivery)

    async def main():
        heard = [bus.emit("x"), bus.emit("x"), bool(await bus.emit_async("x"))]
        await bus.drain()
        return heard

    assert run(main()) == [True, False, False]
    assert calls == ["once"]


def test_a_coroutine_listener_of_many_counts_the_emits_not_the_finished_runs():
    bus, calls = EventBus(), Calls()
    bus.many("x", 2, calls.task("many", seconds=5))

    async def main():
        for _ in range(3):
            bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["many", "many", "many ended", "many ended"]


def test_once_with_emit_async_gives_its_result_once():
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.task("once", result=7))

    async def main():
        return await bus.emit_async("x"), await bus.emit_async("x")

    assert run(main()) == ([7], [])


def test_the_original_function_removes_a_once_or_many_listener():
    bus, calls = EventBus(), Calls()
    listener = calls.plain("gone")
    assert bus.once("x", listener) is listener
    assert bus.many("y", 3, listener) is listener

    bus.remove_listener("x", listener)
    bus.remove_listener("y", listener)

    assert bus.event_names() == set()


def test_once_and_many_are_decorators_that_leave_the_function_as_it_is():
    bus, calls = EventBus(), Calls()

    @bus.once("x")
    def first():
        calls.append("first")

    @bus.many("x", 2)
    def second():
        calls.append("second")

    first()
    calls.clear()
    for _ in range(3):
        bus.emit("x")

    assert calls == ["first", "second", "second"]


def test_an_emit_that_could_not_run_a_once_listener_does_not_use_it_up():
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.task("once"))

    with pytest.raises(NoRunningLoopError):
        bus.emit("x")
    run(bus.emit_async("x"))

    assert calls == ["once"]


def test_a_once_listener_behind_one_that_raises_keeps_its_call():
    bus, calls = EventBus(), Calls()
    bus.once("x", calls.failing("first"))
    bus.once("x", calls.plain("second"))

    with pytest.raises(OSError, match="first"):
        bus.emit("x")
    bus.emit("x")

    assert calls == ["first", "second"]
