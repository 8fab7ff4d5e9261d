"""Plain functions that return something to wait for: nothing is dropped."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run


def returns_coroutine(calls):
    return lambda: finished(calls)


def returns_future(calls):
    return lambda: asyncio.ensure_future(finished(calls))


async def finished(calls):
    calls.append("the rest")
    return 7


class Awaitable:
    def __init__(self, calls):
        self.calls = calls

    def __await__(self):
        self.calls.append("the rest")
        return 7
        yield


def returns_object(calls):
    return lambda: Awaitable(calls)


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("plain", [returns_coroutine, returns_future, returns_object])
def test_what_a_plain_function_returns_is_awaited_if_it_can_be(plain, watched):
    bus, calls = EventBus(), Calls()
    if watched:
        bus.observe(Observer())
    bus.on("x", plain(calls))

    async def main():
        bus.emit("x")
        await bus.drain()
        return await bus.emit_async("x")

    assert run(main()) == [7]
    assert calls == ["the rest"] * 2


@pytest.mark.parametrize("watched", [False, True])
def test_an_awaitable_from_a_plain_function_without_a_running_loop_raises(watched):
    bus, calls = EventBus(), Calls()
    if watched:
        bus.observe(Observer())
    bus.on("x", lambda: Awaitable(calls))
    bus.on("x", calls.plain("second"))

    with pytest.raises(NoRunningLoopError, match="'x'"):
        bus.emit("x")

    assert calls == []


@pytest.mark.parametrize("watched", [False, True])
def test_a_plain_listener_after_one_that_returns_an_awaitable_is_called_before_emit_returns(watched):
    bus, calls = EventBus(), Calls()
    if watched:
        bus.observe(Observer())
    bus.on("x", returns_coroutine(calls))
    bus.on("x", calls.plain("second"))

    async def main():
        bus.emit("x")
        during = list(calls)
        await bus.drain()
        return during

    assert run(main()) == ["second"]
    assert calls == ["second", "the rest"]


def test_a_plain_function_may_pass_an_event_on_by_returning_emit_async():
    bus, calls = EventBus(), Calls()
    bus.on("first", lambda: bus.emit_async("second"))
    bus.on("second", calls.task("heard", result=7))

    assert run(bus.emit_async("first")) == [[7]]
