"""Names: what `on_any` is called, and what is refused as a name or a delimiter."""

import pytest

from eventdemo.backend.events import UserCreated
from eventdemo.core.bus import EventBus
from eventdemo.core.subscriptions import MaxListenersWarning
from tests.core.calls import Calls
from tests.core.test_registration import REGISTER


def test_on_any_has_no_name_among_the_events_and_is_not_removed_with_two_stars():
    bus, calls = EventBus(), Calls()
    bus.on_any(calls.plain("any"))

    assert bus.event_names() == set()
    bus.remove_all_listeners("**")
    bus.remove_listener("**", bus.listeners("x")[0])
    bus.emit("x")
    assert calls == ["any"]
    bus.remove_all_listeners()
    assert not bus.emit("x")


def test_on_any_is_counted_by_its_own_name():
    bus = EventBus(max_listeners=1)
    bus.on("**", print)
    bus.on_any(print)

    with pytest.warns(MaxListenersWarning, match="2 listeners for on_any, more than max_listeners=1"):
        bus.on_any(print)


@pytest.mark.parametrize(
    "events", [["a", "b"], [UserCreated], [], ("a", "b"), ("a",), (UserCreated, 7), (UserCreated,)]
)
@pytest.mark.parametrize("how", [how for how in REGISTER if how != "on_any"])
def test_a_list_or_tuple_of_events_is_refused_with_the_way_to_do_it(how, events):
    bus = EventBus()
    with pytest.raises(
        TypeError, match=r"One call registers one event, not .*: call it once for each, or use a pattern"
    ):
        REGISTER[how](bus, events, print)

    assert bus.event_names() == set()


@pytest.mark.parametrize("delimiter", ["", None, 5, b"."])
def test_a_delimiter_is_a_string_that_is_not_empty(delimiter):
    with pytest.raises(ValueError, match=r"must be a string that is not empty, not"):
        EventBus(delimiter=delimiter)
