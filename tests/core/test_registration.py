"""Registering, asking and removing."""

import pickle
import warnings

import pytest

from eventdemo.backend.events import UserCreated
from eventdemo.core.bus import EventBus
from eventdemo.core.subscriptions import MaxListenersWarning
from tests.core.calls import Calls

REGISTER = {
    "on": lambda bus, *args: bus.on(*args),
    "once": lambda bus, *args: bus.once(*args),
    "many": lambda bus, event, *args: bus.many(event, 3, *args),
    "prepend_listener": lambda bus, *args: bus.prepend_listener(*args),
    "add_listener": lambda bus, event, *args: bus.add_listener(event, *args) if args else bus.listens_to(event),
    "on_any": lambda bus, event, *args: bus.on_any(*args),
}
each_way = pytest.mark.parametrize("how", REGISTER)


@each_way
def test_every_way_of_registering_returns_the_function_and_is_a_decorator_without_one(how):
    bus, calls = EventBus(), Calls()
    direct, decorated = calls.plain("direct"), calls.plain("decorated")

    assert REGISTER[how](bus, "x", direct) is direct
    assert REGISTER[how](bus, "x")(decorated) is decorated

    bus.emit("x")
    assert sorted(calls) == ["decorated", "direct"]


@each_way
@pytest.mark.parametrize("wrong", [5, "name", [print]])
def test_a_listener_that_cannot_be_called_is_refused_at_once(how, wrong):
    bus = EventBus()

    with pytest.raises(TypeError, match="must be callable"):
        REGISTER[how](bus, "x", wrong)

    assert bus.event_names() == set()


def makes_a_generator():
    yield


async def makes_an_async_generator():
    yield


@pytest.mark.parametrize("listener", [makes_a_generator, makes_an_async_generator])
def test_a_generator_function_is_refused_because_a_call_would_not_run_a_line_of_it(listener):
    with pytest.raises(TypeError, match=rf"{listener.__name__} has a `yield`"):
        EventBus().on("x", listener)


def test_a_function_registered_twice_is_called_twice():
    bus, calls = EventBus(), Calls()
    listener = calls.plain("heard")
    bus.on("x", listener)
    bus.on("x", listener)

    bus.emit("x")

    assert calls == ["heard", "heard"]


def test_removing_a_function_that_was_registered_twice_removes_the_first():
    bus, calls = EventBus(), Calls()
    f, g = calls.plain("f"), calls.plain("g")
    for listener in (f, g, f):
        bus.on("x", listener)

    bus.remove_listener("x", f)
    bus.emit("x")

    assert calls == ["g", "f"]


def test_the_first_is_the_one_that_would_be_called_first():
    bus, calls = EventBus(), Calls()
    f, g = calls.plain("f"), calls.plain("g")
    bus.on("x", g)
    bus.on("x", f)
    bus.prepend_listener("x", f)

    bus.remove_listener("x", f)

    assert bus.listeners("x") == [g, f]


@pytest.mark.parametrize("name", ["x", "never.heard.of"])
def test_removing_what_does_not_listen_changes_nothing(name):
    bus = EventBus()
    bus.on("x", len)

    bus.remove_listener(name, print)

    assert bus.listeners("x") == [len]
    assert bus.event_names() == {"x"}


def test_on_any_and_a_listener_of_two_stars_are_removed_each_in_its_own_way():
    bus, calls = EventBus(), Calls()
    listener = calls.plain("heard")
    bus.on("**", listener)
    bus.on_any(listener)

    bus.off_any(listener)
    bus.off_any(listener)
    assert bus.listeners("x") == [listener]

    bus.remove_listener("**", listener)
    bus.remove_listener("**", listener)
    assert bus.listeners("x") == []


def test_remove_all_listeners_empties_one_name_or_the_whole_bus():
    bus = EventBus()
    for name in ("a", "b", "a.*", "**"):
        bus.on(name, print)

    bus.remove_all_listeners("a")
    assert bus.event_names() == {"b", "a.*", "**"}

    bus.remove_all_listeners("a.*")
    assert bus.event_names() == {"b", "**"}

    bus.remove_all_listeners()
    assert bus.event_names() == set()
    assert not bus.emit("b")
    assert not bus._eventdemo_bus.table._tree._root


def test_names_and_classes_may_be_mixed():
    bus, calls = EventBus(), Calls()
    listener = calls.plain("heard")
    bus.on(UserCreated, listener)

    assert bus.event_names() == {"user.created"}
    assert bus.listeners("user.created") == bus.listeners(UserCreated) == [listener]
    bus.remove_listener(UserCreated, listener)
    assert bus.event_names() == set()


def test_listeners_of_a_name_are_those_it_would_reach_and_of_a_pattern_those_registered_under_it():
    bus = EventBus()
    bus.on("user.*", print)
    bus.on("user.created", len)
    bus.on("**", repr)
    bus.prepend_listener("user.*", str)

    assert bus.listeners("user.created") == [str, print, len, repr]
    assert bus.listeners("user.*") == [str, print]
    assert bus.listeners("user.**") == []
    assert bus.listeners("auth.login") == [repr]


def test_the_list_of_listeners_is_a_copy():
    bus = EventBus()
    bus.on("x", print)

    bus.listeners("x").clear()
    bus.event_names().clear()

    assert bus.listeners("x") == [print]
    assert bus.event_names() == {"x"}


@pytest.mark.parametrize(("limit", "options"), [(1, {"max_listeners": 1}), (10, {})])
def test_past_max_listeners_it_warns_once_and_names_the_whole_event(limit, options):
    bus = EventBus(**options)
    for _ in range(limit):
        bus.on("user.created", print)

    with pytest.warns(MaxListenersWarning, match=rf"{limit + 1} listeners for 'user.created'.*={limit}") as caught:
        bus.on("user.created", print)
    bus.on("user.created", print)  # a second warning would be an error

    assert len(caught) == 1
    assert len(bus.listeners("user.created")) == limit + 2


def test_max_listeners_counts_each_name_and_pattern_by_itself():
    bus = EventBus()

    for _ in range(8):
        for name in ("user.created", "user.*", "**"):
            bus.on(name, print)

    assert len(bus.listeners("user.created")) == 24


def test_max_listeners_of_zero_is_no_limit():
    bus = EventBus(max_listeners=0)

    for _ in range(100):
        bus.on("x", print)

    assert len(bus.listeners("x")) == 100


def test_a_name_that_was_emptied_is_warned_of_again_as_in_event_emitter_2():
    bus = EventBus(max_listeners=1)
    bus.on("user.created", print)
    with pytest.warns(MaxListenersWarning):
        bus.on("user.created", print)
    bus.remove_all_listeners("user.created")

    bus.on("user.created", print)

    with pytest.warns(MaxListenersWarning, match="2 listeners for 'user.created'"):
        bus.on("user.created", print)


def test_a_name_that_passes_the_limit_again_is_not_warned_of_again_as_in_event_emitter_2():
    bus = EventBus(max_listeners=1)
    bus.on("user.created", print)
    with pytest.warns(MaxListenersWarning, match="2 listeners for 'user.created'"):
        bus.on("user.created", print)
    bus.remove_listener("user.created", print)

    bus.on("user.created", print)  # a warning would be an error


@each_way
@pytest.mark.parametrize("as_decorator", [False, True])
def test_the_warning_points_at_the_line_that_registers(how, as_decorator):
    bus = EventBus(max_listeners=1)
    REGISTER["on_any" if how == "on_any" else "on"](bus, "x", print)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if as_decorator:
            REGISTER[how](bus, "x")(print)
        else:
            REGISTER[how](bus, "x", print)

    assert [warning.filename for warning in caught] == [__file__]


def test_a_function_that_shows_the_warning_may_use_the_bus():
    bus, calls = EventBus(max_listeners=1), Calls()
    bus.on("warned", calls.plain("warned"))
    bus.on("x", print)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *_, **__: bus.emit("warned")
        bus.on("x", print)

    assert calls == ["warned"]


def test_new_listener_hears_of_each_registration_before_it_happens():
    bus, heard = EventBus(), []
    bus.on("new_listener", lambda name, listener: heard.append((name, listener, bus.listeners(name))))

    bus.on("x", print)
    bus.on("user.*", len)

    assert heard == [("x", print, []), ("user.*", len, [])]


def test_a_bus_with_its_listeners_can_be_pickled_and_lives_on():
    bus = EventBus(delimiter="/", strict=False)
    bus.on("a/*", abs)
    bus.on_any(print)
    bus.once("a/b", len)
    bus.emit("c")

    copy = pickle.loads(pickle.dumps(bus))
    bus.remove_all_listeners()

    assert copy.listeners("a/b") == [abs, print, len]
    copy.on("a/b", repr)
    assert copy.listeners("a/b") == [abs, print, len, repr]
    assert copy.event_names() == {"a/*", "a/b"}


def test_an_object_of_a_pickled_bus_is_not_mistaken_for_another():
    from tests.core.test_on_event import Listens

    bus = EventBus()
    bus.subscribe(Listens())

    copy = pickle.loads(pickle.dumps(bus))
    (bound, *_) = copy.listeners("user.created")
    copy.unsubscribe(bound.__self__)

    assert copy.event_names() == set()
