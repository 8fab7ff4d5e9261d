"""Who is called, in which order: registration order, whatever the listeners were registered under."""

from itertools import permutations

import pytest

from eventdemo.core.bus import EventBus
from tests.core.calls import Calls, run

PATTERNS = ["user.created", "user.*", "user.**", "*.created", "**"]


def test_registration_order_holds_across_exact_names_and_wildcards():
    for order in permutations(PATTERNS):
        bus, calls = EventBus(), Calls()
        for pattern in order:
            bus.on(pattern, calls.plain(pattern))

        bus.emit("user.created")

        assert calls == list(order)


def test_on_any_is_called_in_registration_order_like_any_other_listener():
    bus, calls = EventBus(), Calls()
    bus.on("user.created", calls.plain("exact"))
    bus.on_any(calls.plain("any"))
    bus.on("user.*", calls.plain("star"))

    bus.emit("user.created")

    assert calls == ["exact", "any", "star"]


def test_a_prepended_listener_comes_before_all_others_wildcards_included():
    bus, calls = EventBus(), Calls()
    bus.on("**", calls.plain("all"))
    bus.on_any(calls.plain("any"))
    bus.prepend_listener("user.created", calls.plain("prepended first"))
    bus.prepend_listener("user.*", calls.plain("prepended second"))

    bus.emit("user.created")

    assert calls == ["prepended second", "prepended first", "all", "any"]


def test_the_order_is_the_same_after_something_else_was_removed():
    bus, calls = EventBus(), Calls()
    gone = calls.plain("gone")
    for pattern, listener in [("a.b", calls.plain(1)), ("a.*", gone), ("**", calls.plain(2)), ("a.b", calls.plain(3))]:
        bus.on(pattern, listener)
    bus.emit("a.b")
    calls.clear()
    bus.remove_listener("a.*", gone)

    bus.emit("a.b")

    assert calls == [1, 2, 3]


def test_plain_listeners_run_inside_emit_and_coroutine_listeners_after_it():
    bus, calls = EventBus(), Calls()
    for number in range(3):
        bus.on("x", calls.task(f"task {number}"))
        bus.on("x", calls.plain(f"plain {number}"))

    async def main():
        bus.emit("x")
        calls.append("emit returned")
        await bus.drain()

    run(main())
    assert calls == ["plain 0", "plain 1", "plain 2", "emit returned", "task 0", "task 1", "task 2"]


def test_emit_async_calls_plain_listeners_first_and_starts_the_others_in_registration_order():
    bus, calls = EventBus(), Calls()
    for number in range(3):
        bus.on("x", calls.task(f"task {number}"))
        bus.on("x", calls.plain(f"plain {number}"))

    run(bus.emit_async("x"))

    assert calls == ["plain 0", "plain 1", "plain 2", "task 0", "task 1", "task 2"]


def test_a_coroutine_listener_starts_on_the_loops_next_turn_not_inside_emit():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("listener"))

    async def main():
        bus.emit("x")
        calls.append("after emit")
        await bus.drain()

    run(main())
    assert calls == ["after emit", "listener"]


def test_two_emits_keep_their_order_on_the_loop():
    bus, calls = EventBus(), Calls()
    bus.on("a", calls.task("a"))
    bus.on("b", calls.task("b"))

    async def main():
        bus.emit("a")
        bus.emit("b")
        bus.emit("a")
        await bus.drain()

    run(main())
    assert calls == ["a", "b", "a"]


def test_a_nested_emit_is_depth_first():
    bus, calls = EventBus(), Calls()
    bus.on("outer", lambda: (calls.append("before"), bus.emit("inner"), calls.append("after"))[-1])
    bus.on("outer", calls.plain("second"))
    bus.on("inner", calls.plain("inner"))

    bus.emit("outer")

    assert calls == ["before", "inner", "after", "second"]


@pytest.mark.parametrize("name", ["a.b", "a.*", "**"])
def test_a_listener_added_during_an_emit_is_not_called_by_that_emit(name):
    bus, calls = EventBus(), Calls()
    bus.on("a.b", lambda: bus.on(name, calls.plain("added")) and None)
    bus.on("a.b", calls.plain("last"))

    bus.emit("a.b")
    assert calls.taken() == ["last"]

    bus.emit("a.b")
    assert calls == ["last", "added"]


@pytest.mark.parametrize("name", ["a.b", "a.*", "**"])
@pytest.mark.parametrize("how", ["remove_listener", "remove_all_listeners"])
def test_a_listener_removed_during_an_emit_is_still_called_by_that_emit(name, how):
    bus, calls = EventBus(), Calls()
    removed = calls.plain("removed")

    def remove():
        if removed in bus.listeners(name):
            bus.remove_listener(name, removed) if how == "remove_listener" else bus.remove_all_listeners(name)

    bus.on("a.b", remove)
    bus.on(name, removed)

    bus.emit("a.b")
    assert calls.taken() == ["removed"]

    bus.emit("a.b")
    assert calls == []


def test_a_once_listener_removed_during_an_emit_is_still_called_by_that_emit_and_never_again():
    bus, calls = EventBus(), Calls()
    once = calls.plain("once")
    bus.once("x", lambda: bus.remove_listener("x", once))
    bus.once("x", once)

    assert [bus.emit("x"), bus.emit("x")] == [True, False]
    assert calls == ["once"]


def test_a_listener_added_while_emit_async_waits_is_not_called_by_it():
    bus, calls = EventBus(), Calls()

    async def add():
        bus.on("x", calls.plain("added"))

    bus.on("x", add)

    run(bus.emit_async("x"))

    assert calls == []


def test_endless_recursion_raises_recursion_error_and_the_bus_survives():
    bus, calls = EventBus(), Calls()

    def again():
        bus.emit("x")

    bus.on("x", again)
    with pytest.raises(RecursionError):
        bus.emit("x")
    bus.remove_listener("x", again)
    bus.on("x", calls.plain("fine"))

    bus.emit("x")

    assert calls == ["fine"]
