"""Where the exception of a listener goes: it is raised, logged or reported, and never lost."""

import asyncio
import logging
import traceback

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, ListenerCancelledError, Observer
from eventdemo.core.on_event import on_event
from tests.core.calls import Calls, run


def a_bus(*, watched):
    """Return a bus; an observer must not change what happens to an error."""
    bus = EventBus()
    if watched:
        bus.observe(Observer())
    return bus


watched = pytest.mark.parametrize("watched", [False, True])


@watched
def test_what_a_plain_listener_raises_comes_out_of_emit_and_those_after_it_are_not_called(watched):
    bus, calls = a_bus(watched=watched), Calls()
    for listener in (calls.plain("first"), calls.failing("second"), calls.plain("third"), calls.task("fourth")):
        bus.on("x", listener)

    async def main():
        with pytest.raises(OSError, match="second"):
            bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["first", "second"]


@watched
def test_a_coroutine_listener_before_a_plain_one_that_raises_still_runs(watched):
    bus, calls = a_bus(watched=watched), Calls()
    bus.on("x", calls.task("task"))
    bus.on("x", calls.failing("plain"))

    async def main():
        with pytest.raises(OSError, match="plain"):
            bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["plain", "task"]


@watched
def test_emit_async_raises_one_group_that_names_the_event_and_the_listeners_that_failed(watched):
    bus, calls = a_bus(watched=watched), Calls()
    for listener in (calls.failing("late", 1), calls.plain("fine"), calls.failing("early"), calls.task("also fine")):
        bus.on("user.*", listener)

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("user.created"))

    assert caught.value.message == "2 of 4 awaited listeners of 'user.created' failed: late, early"
    assert [str(error) for error in caught.value.exceptions] == ["late", "early"]
    assert [error.__notes__ for error in caught.value.exceptions] == [
        ["raised by listener late of 'user.created'"],
        ["raised by listener early of 'user.created'"],
    ]


@watched
def test_emit_async_raises_only_after_all_listeners_have_ended(watched):
    bus, calls = a_bus(watched=watched), Calls()
    for listener in (calls.failing("plain"), calls.failing("task", 1), calls.task("slow", seconds=5)):
        bus.on("x", listener)

    with pytest.raises(ExceptionGroup):
        run(bus.emit_async("x"))

    assert calls == ["plain", "slow", "task", "slow ended"]


def test_one_failure_is_raised_as_a_group_as_well():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.failing("only"))

    with pytest.raises(ExceptionGroup, match="1 of 1 awaited listeners"):
        run(bus.emit_async("x"))


def test_emit_async_raises_where_it_is_awaited_not_where_it_is_called():
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.failing("plain"))

    coroutine = bus.emit_async("x")

    with pytest.raises(ExceptionGroup):
        run(coroutine)


def test_the_traceback_of_each_failure_leads_to_the_line_that_raised():
    bus = EventBus()

    async def fails():
        return 1 / 0

    bus.on("x", fails)

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("x"))

    assert "return 1 / 0" in "".join(traceback.format_exception(caught.value.exceptions[0]))


@watched
def test_a_coroutine_listener_that_cannot_take_the_arguments_fails_like_any_other(watched):
    bus, calls = a_bus(watched=watched), Calls()

    async def takes_nothing():
        calls.append("never")

    bus.on("x", calls.task("first", seconds=1))
    bus.on("x", takes_nothing)
    bus.on("x", calls.task("last"))

    with pytest.raises(ExceptionGroup, match=r"1 of 3.*takes_nothing") as caught:
        run(bus.emit_async("x", "an argument"))

    assert isinstance(caught.value.exceptions[0], TypeError)
    assert calls == ["first", "last", "first ended"]


@watched
def test_a_cancelled_listener_is_among_the_failures(watched):
    bus, calls = a_bus(watched=watched), Calls()

    async def cancels_itself():
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    bus.on("x", cancels_itself)
    bus.on("x", calls.task("other", seconds=2))

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("x"))

    assert isinstance(caught.value.exceptions[0], ListenerCancelledError)
    assert str(caught.value.exceptions[0]) == "cancels_itself was cancelled, or something that it awaited was"
    assert calls == ["other", "other ended"]


@watched
def test_a_plain_listener_that_raises_cancelled_error_does_not_cancel_the_emitter(watched):
    bus, calls = a_bus(watched=watched), Calls()

    def reads_a_cancelled_future():
        raise asyncio.CancelledError

    bus.on("x", reads_a_cancelled_future)
    bus.on("x", calls.task("other"))

    with pytest.raises(ExceptionGroup, match=r"1 of 2.*reads_a_cancelled_future"):
        run(bus.emit_async("x"))

    assert calls == ["other"]


class Suppressed:
    @on_event("x")
    def plain(self):
        raise OSError("plain")

    @on_event("x")
    async def task(self):
        raise OSError("task")

    @on_event("x", delivery=DeliveryMode.DETACHED)
    def detached(self):
        raise OSError("detached")


@watched
def test_a_suppressed_error_is_logged_with_listener_event_and_traceback_and_goes_no_further(watched, caplog):
    bus, errors = a_bus(watched=watched), []
    bus.subscribe(Suppressed())
    bus.on("error", errors.append)

    async def main():
        heard = bus.emit("x")
        await bus.drain()
        values = await bus.emit_async("x")
        await bus.drain()
        return heard, values

    assert run(main()) == (True, [None, None])
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [f"listener {name} of 'x' failed" for name in ("plain", "task", "detached")] * 2
    assert {(record.name, record.levelno) for record in caplog.records} == {("eventdemo.core.bus", logging.ERROR)}
    assert 'raise OSError("plain")' in caplog.text
    assert errors == []


@watched
@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_sys_exit_in_a_listener_is_not_suppressed(watched, how):
    class Exits:
        @on_event("x")
        def leave(self):
            raise SystemExit(3)

    bus = a_bus(watched=watched)
    bus.subscribe(Exits())

    with pytest.raises(SystemExit):
        bus.emit("x") if how == "emit" else run(bus.emit_async("x"))
