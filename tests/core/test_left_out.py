"""What EventEmitter2 and pyee have and this bus does not: each is said in docs/reference/differences.md."""

import inspect

import pytest

from eventdemo.core.bus import EventBus


@pytest.mark.parametrize(
    "name",
    [
        "has_listeners",
        "listen_to",
        "listener_count",
        "listeners_any",
        "off",
        "prepend_any",
        "prepend_many",
        "prepend_once_listener",
        "set_max_listeners",
        "stop_listening_to",
    ],
)
def test_these_methods_of_event_emitter_2_are_left_out(name):
    assert not hasattr(EventBus(), name)


@pytest.mark.parametrize("name", ["complete", "cancel", "wait_for_complete"])
def test_drain_takes_the_place_of_what_pyees_asyncio_emitter_has(name):
    assert not hasattr(EventBus(), name)
    assert inspect.iscoroutinefunction(EventBus.drain)


@pytest.mark.parametrize("option", ["async", "next_tick", "promisify", "objectify"])
def test_a_listener_has_one_option_and_that_is_its_delivery(option):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        EventBus().on("x", print, **{option: True})


@pytest.mark.parametrize("option", ["wildcard", "new_listener", "verbose_memory_leak", "ignore_errors"])
def test_these_options_of_the_emitter_are_left_out(option):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        EventBus(**{option: True})


def test_a_loop_cannot_be_handed_in():
    with pytest.raises(TypeError, match="unexpected keyword argument 'loop'"):
        EventBus(loop=None)


def test_removing_a_listener_is_no_event():
    bus, heard = EventBus(), []
    bus.on_any(lambda name, *_: heard.append(name))
    bus.on("x", print)

    bus.remove_listener("x", print)
    bus.remove_all_listeners("x")

    assert heard == []


def test_pyees_private_parts_are_there_and_not_used():
    bus, heard = EventBus(), []
    bus.on("x", heard.append)
    bus._emit_run = None

    bus.emit("x", 7)

    assert heard == [7]
    assert bus._events == {}


def test_nothing_that_the_bus_has_of_its_own_is_missing_from_this_list():
    ours = {name for name in dir(EventBus) if not name.startswith("_")}

    assert ours == {
        "add_listener", "drain", "emit", "emit_async", "entry_point", "event_names", "listeners", "listens_to", "many",
        "observe", "observers", "off_any", "on", "on_any", "once", "prepend_listener",
        "remove_all_listeners", "remove_listener", "subscribe", "subscriptions", "unsubscribe", "wait_for",
    }  # fmt: skip
