"""`wait_for`: the next event as a future."""

import asyncio
import contextlib

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.core.bus import EventBus
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run


@pytest.mark.parametrize(("args", "value"), [((7,), 7), ((7, 8), (7, 8)), ((), ()), ((None,), None)])
def test_the_value_is_the_payload_or_a_tuple_if_there_are_several(args, value):
    bus = EventBus()

    async def main():
        future = bus.wait_for("x")
        bus.emit("x", *args)
        return await future

    assert run(main()) == value


def test_it_listens_from_the_call_on_not_from_the_await_on():
    bus = EventBus()

    async def main():
        future = bus.wait_for(AuthLogin)
        bus.emit(AuthLogin(user_id=1))
        bus.emit(AuthLogin(user_id=2))
        await asyncio.sleep(5)
        return (await future).user_id

    assert run(main()) == 1


def test_it_waits_for_any_name_that_a_pattern_matches():
    bus = EventBus()

    async def main():
        future = bus.wait_for("user.*")
        bus.emit("auth.login", 1)
        bus.emit("user.created", 2)
        return await future

    assert run(main()) == 2


def test_after_the_timeout_it_raises_and_says_what_did_not_come():
    bus = EventBus()

    async def main():
        with pytest.raises(TimeoutError, match=r"No 'x' within 3 s\."):
            await bus.wait_for("x", timeout=3)
        return asyncio.get_running_loop().time()

    assert run(main()) == 3


@pytest.mark.parametrize("end", ["event", "timeout", "cancel"])
def test_it_leaves_no_listener_and_no_timer_behind(end):
    bus = EventBus()

    async def main():
        future = bus.wait_for("x", timeout=3)
        if end == "event":
            bus.emit("x", 1)
        elif end == "cancel":
            future.cancel()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await future
        await asyncio.sleep(0)
        timers = [handle for *_, handle in asyncio.get_running_loop()._timers if not handle.cancelled()]
        return bus.event_names(), timers

    assert run(main()) == (set(), [])


def test_an_event_in_the_very_turn_of_the_timeout_is_no_error():
    bus, calls = EventBus(), Calls()

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: calls.append(context["message"]))
        loop.call_later(3, bus.emit, "x", "just in time")
        future = bus.wait_for("x", timeout=3)
        await asyncio.sleep(5)
        return await future

    assert run(main()) == "just in time"
    assert calls == []


def test_an_event_right_after_the_timeout_or_a_cancellation_does_not_disturb_the_emitter():
    bus = EventBus()

    async def main():
        future = bus.wait_for("x")
        future.cancel()
        return bus.emit("x", 1)

    assert run(main()) is True


def test_keyword_arguments_do_not_disturb_the_emitter_either():
    bus = EventBus()

    async def main():
        future = bus.wait_for("x")
        bus.emit("x", 1, colour="red")
        return await future

    assert run(main()) == 1


def test_several_may_wait_for_the_same_event():
    bus = EventBus()

    async def main():
        futures = [bus.wait_for("x") for _ in range(3)]
        futures[1].cancel()
        await asyncio.sleep(0)
        bus.emit("x", 7)
        return await asyncio.gather(*futures, return_exceptions=True)

    first, second, third = run(main())
    assert (first, third) == (7, 7)
    assert isinstance(second, asyncio.CancelledError)


def test_outside_of_a_running_loop_it_says_what_to_do():
    bus = EventBus()

    with pytest.raises(NoRunningLoopError, match=r"waiting for it.*asyncio\.run"):
        bus.wait_for("x")

    assert bus.event_names() == set()
