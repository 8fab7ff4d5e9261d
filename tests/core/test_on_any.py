"""`on_any`, and what EventEmitter2 does in another way around it."""

import pytest

from eventdemo.core.bus import EventBus


def test_listeners_of_a_name_include_those_of_on_any():
    bus = EventBus()
    bus.on_any(print)

    assert bus.listeners("x") == [print]


def test_on_with_none_is_a_decorator_as_without_a_second_argument():
    bus = EventBus()

    assert bus.on("x", None)(print) is print

    assert bus.listeners("x") == [print]


def test_off_any_takes_the_listener_to_remove():
    with pytest.raises(TypeError, match="required positional argument: 'f'"):
        EventBus().off_any()


def test_new_listener_reports_on_any_but_needs_a_listener_of_its_own():
    bus, told = EventBus(), []
    bus.on_any(lambda *args: told.append(args))
    bus.on("x", print)
    assert told == []

    bus.on("new_listener", lambda name, _: told.append(name))
    bus.on_any(print)

    assert repr(told[-1]) == "on_any"
