"""What `emit` and `emit_async` call, return and wait for, when nothing goes wrong."""

import asyncio
import contextvars
from enum import Enum, StrEnum

import pytest

from eventdemo.backend.events import AuthLogout, UserCreated
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import current_delivery
from eventdemo.core.events import Event
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run


def test_emit_says_whether_anyone_heard_not_what_they_returned():
    bus = EventBus()
    bus.on("x", lambda: False)

    assert bus.emit("x") is True
    assert bus.emit("y") is False


def test_emit_says_false_again_after_on_any_and_off_any():
    bus = EventBus()
    bus.on_any(print)
    bus.off_any(print)

    assert bus.emit("x") is False


def test_emit_is_heard_if_only_a_coroutine_listener_will_run():
    bus = EventBus()
    bus.on("x", Calls().task("later"))

    async def main():
        return bus.emit("x")

    assert run(main()) is True


def test_every_argument_and_keyword_reaches_the_listener():
    bus, calls = EventBus(), []

    async def later(*args, **kwargs):
        calls.append((args, kwargs))

    bus.on("x", lambda *args, **kwargs: calls.append((args, kwargs)))
    bus.on("x", later)

    run(bus.emit_async("x", 1, [2], user=3))

    assert calls == [((1, [2]), {"user": 3})] * 2


def test_an_event_is_delivered_under_its_name_and_is_the_payload():
    bus, calls = EventBus(), []
    bus.on("auth.logout", calls.append)
    bus.on(AuthLogout, calls.append)
    bus.on("auth.*", calls.append)
    event = AuthLogout(user_id=7)

    bus.emit(event)
    run(bus.emit_async(event))

    assert len(calls) == 6
    assert all(payload is event for payload in calls)


def test_on_any_gets_the_name_and_every_argument():
    bus, calls = EventBus(), []
    bus.on_any(lambda *args: calls.append(args))

    bus.emit("a.b", 1, 2)
    run(bus.emit_async("c"))

    assert calls == [("a.b", 1, 2), ("c",)]


def test_emitting_the_class_instead_of_an_event_is_refused():
    with pytest.raises(TypeError, match="emit an instance, UserCreated"):
        EventBus().emit(UserCreated)


def test_an_event_class_without_a_name_can_neither_be_heard_nor_emitted():
    class Nameless(Event):
        pass

    with pytest.raises(ValueError, match="no wire name"):
        EventBus().on(Nameless, print)
    with pytest.raises(ValueError, match="no wire name"):
        EventBus().emit(Nameless())


@pytest.mark.parametrize("act", [lambda bus: bus.emit(""), lambda bus: bus.on("", print)])
def test_the_empty_string_is_no_name(act):
    with pytest.raises(ValueError, match="empty string"):
        act(EventBus())


@pytest.mark.parametrize(
    "name", ["constructor", "toString", "__proto__", "__class__", "__init__", "_events", "emit", "None"]
)
def test_a_name_that_is_an_attribute_somewhere_is_a_name_like_any_other(name):
    bus, calls = EventBus(), Calls()

    assert not bus.emit(name)
    bus.on(name, calls.plain("heard"))
    assert bus.emit(name)
    assert calls == ["heard"]


class Colour(Enum):
    RED = "user.red"


NO_STRINGS = [5, None, ("user", 7), (), frozenset({1}), b"user.created", object(), Colour.RED]


@pytest.mark.parametrize("name", NO_STRINGS)
def test_a_name_need_not_be_a_string_and_is_then_one_segment(name):
    bus, calls = EventBus(), Calls()
    for pattern in ("*", "**", "**.*", "*.*", "user.*", "*.**", "user"):
        bus.on(pattern, calls.plain(pattern))
    bus.on_any(calls.plain("any"))
    bus.on(name, calls.plain("exact"))

    assert bus.emit(name)
    assert calls == ["*", "**", "**.*", "*.**", "any", "exact"]


def test_the_number_five_is_not_the_string_five():
    bus = EventBus()
    bus.on("5", print)

    assert not bus.emit(5)


def test_a_member_of_a_string_enum_is_the_name_that_it_equals():
    class Name(StrEnum):
        CREATED = "user.created"

    bus, calls = EventBus(), Calls()
    bus.on("user.*", calls.plain("pattern"))
    bus.on(Name.CREATED, calls.plain("exact"))

    bus.emit(Name.CREATED)
    bus.emit("user.created")

    assert calls == ["pattern", "exact"] * 2


def test_a_coroutine_listener_without_a_running_loop_raises_before_any_listener_is_called():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.plain("plain"))
    bus.on("x", calls.task("task"))

    with pytest.raises(NoRunningLoopError, match=r"'x'.*asyncio\.run"):
        bus.emit("x")

    assert calls == []


def test_emit_async_returns_results_in_registration_order_not_in_the_order_of_finishing():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.task("slow", result="slow", seconds=3))
    bus.on("x", calls.plain("plain", result="plain"))
    bus.on("x", calls.task("fast", result="fast", seconds=1))

    assert run(bus.emit_async("x")) == ["slow", "plain", "fast"]
    assert calls == ["plain", "slow", "fast", "fast ended", "slow ended"]


def test_emit_async_takes_as_long_as_the_slowest_listener():
    bus, calls = EventBus(), Calls()
    for seconds in (1, 3, 2):
        bus.on("x", calls.task(seconds, seconds=seconds))

    async def main():
        await bus.emit_async("x")
        return asyncio.get_running_loop().time()

    assert run(main()) == 3


def test_emit_async_of_an_event_without_listeners_returns_an_empty_list():
    assert run(EventBus().emit_async("x")) == []


def test_nothing_happens_until_emit_async_is_awaited():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.plain("heard"))

    coroutine = bus.emit_async("x")
    assert calls == []
    run(coroutine)

    assert calls == ["heard"]


def test_listeners_see_the_context_of_the_emitter():
    bus, seen = EventBus(), []
    request = contextvars.ContextVar("request", default="none")

    async def later():
        seen.append(request.get())

    bus.on("x", lambda: seen.append(request.get()))
    bus.on("x", later)

    async def main():
        request.set("POST /logout")
        bus.emit("x")
        request.set("something else")
        await bus.drain()

    run(main())
    assert seen == ["POST /logout"] * 2


def test_what_a_plain_listener_sets_in_the_context_stays_set_what_a_coroutine_sets_does_not():
    bus = EventBus()
    plain, task = contextvars.ContextVar("plain", default=0), contextvars.ContextVar("task", default=0)

    async def later():
        task.set(1)

    bus.on("x", lambda: plain.set(1) and None)
    bus.on("x", later)

    async def main():
        await bus.emit_async("x")
        return plain.get(), task.get()

    assert run(main()) == (1, 0)


def test_nothing_of_an_emit_is_left_on_the_bus():
    bus = EventBus()
    bus.on("x", lambda: None)

    bus.emit("x")

    assert not hasattr(bus, "event")
    assert current_delivery.get() is None
