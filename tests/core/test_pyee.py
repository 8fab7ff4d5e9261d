"""`EventBus` is a pyee emitter: what its users rely on holds here too. One claim per test, in our words."""

from unittest.mock import Mock

import pytest
from pyee import EventEmitter

from eventdemo.core.bus import EventBus

either = pytest.mark.parametrize("emitter", [EventEmitter, EventBus])


def test_it_is_one():
    assert isinstance(EventBus(), EventEmitter)


@either
def test_on_also_takes_name_and_function_by_keyword_and_returns_the_function(emitter):
    ee, listener = emitter(), Mock(return_value=None)

    assert ee.on("x", listener) is listener
    assert ee.once("y", f=listener) is listener
    ee.remove_listener("x", f=listener)

    assert ee.event_names() == {"y"}


@either
def test_listens_to_and_add_listener_are_on_in_two_halves(emitter):
    ee, listener = emitter(), Mock(return_value=None)
    assert ee.listens_to("x")(listener) is listener
    assert ee.add_listener("y", listener) is listener

    ee.emit("x", 1)
    ee.emit("y", 2, key=3)

    assert [tuple(call) for call in listener.call_args_list] == [((1,), {}), ((2,), {"key": 3})]


@either
def test_emit_says_whether_there_was_a_listener(emitter):
    ee = emitter()
    ee.on("x", Mock(return_value=None))

    assert (ee.emit("x"), ee.emit("y")) == (True, False)


@either
def test_error_raises_its_payload_unless_it_has_a_listener(emitter):
    ee, listener = emitter(), Mock(return_value=None)
    with pytest.raises(OSError, match="disk"):
        ee.emit("error", OSError("disk"))
    ee.on("error", listener)

    assert ee.emit("error", OSError("disk"))
    listener.assert_called_once()


@either
def test_new_listener_hears_of_the_others_but_not_of_itself(emitter):
    ee, heard, other = emitter(), Mock(return_value=None), Mock(return_value=None)

    ee.on("new_listener", heard)
    ee.on("x", other)

    heard.assert_called_once_with("x", other)


@either
def test_a_listener_removed_during_an_emit_is_called_by_that_emit(emitter):
    ee, second = emitter(), Mock(return_value=None)
    ee.on("x", lambda: ee.remove_listener("x", second))
    ee.on("x", second)

    ee.emit("x")

    second.assert_called_once()


@either
def test_once_is_removed_before_its_call_and_by_its_own_function(emitter):
    ee, listener = emitter(), Mock(return_value=None)
    ee.once("x", listener)
    ee.emit("x")
    ee.once("x", listener)
    ee.remove_listener("x", listener)

    assert not ee.emit("x")
    listener.assert_called_once()


@either
def test_listeners_are_a_copy_in_order_and_empty_for_a_name_without_listeners(emitter):
    ee = emitter()
    ee.on("x", print)
    ee.once("x", len)

    assert ee.listeners("x") == [print, len]
    assert ee.listeners("y") == []


@either
def test_all_listeners_of_one_name_or_of_every_name_can_be_removed(emitter):
    ee = emitter()
    for name in "abc":
        ee.on(name, print)

    ee.remove_all_listeners("a")
    assert not ee.emit("a")
    assert ee.listeners("b") == [print]

    ee.remove_all_listeners()
    assert ee.event_names() == set()


def test_uplifted_calls_return_whether_a_listener_heard_the_event():
    bus = EventBus()
    bus.on("x", lambda: None)

    assert [bus._call_handlers(name, (), {}) for name in ("x", "y")] == [True, False]
