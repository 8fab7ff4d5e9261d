"""An error that no emitter waits for goes to the listeners of 'error', or else to the loop's exception handler."""

import asyncio

import pytest
from pyee import PyeeError

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, Observer
from tests.core.calls import Calls, run

watched = pytest.mark.parametrize("watched", [False, True])


def a_bus(*, watched):
    """Return a bus; an observer must not change what happens to an error."""
    bus = EventBus()
    if watched:
        bus.observe(Observer())
    return bus


async def reported(bus, *names):
    """Emit and drain; return what reached the loop's exception handler."""
    contexts = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
    for name in names:
        bus.emit(name)
    await bus.drain()
    await asyncio.sleep(0)
    return contexts


@watched
@pytest.mark.parametrize("delivery", list(DeliveryMode))
def test_a_failure_that_no_code_awaits_goes_to_the_listeners_of_error(watched, delivery):
    bus, calls, errors = a_bus(watched=watched), Calls(), []
    bus.on("x", calls.failing("unseen", 0), delivery=delivery)
    bus.on("error", errors.append)

    assert run(reported(bus, "x")) == []
    assert [str(error) for error in errors] == ["unseen"]


@watched
def test_without_a_listener_of_error_it_goes_to_the_loops_exception_handler(watched):
    bus, calls = a_bus(watched=watched), Calls()
    bus.on("user.*", calls.failing("unseen", 0))

    (context,) = run(reported(bus, "user.created"))

    assert str(context["exception"]) == "unseen"
    assert context["message"] == "listener unseen of 'user.*' failed and no emitter was waiting"


def test_a_detached_failure_is_not_raised_by_emit_async_but_reported():
    bus, calls, errors = EventBus(), Calls(), []
    bus.on("x", calls.failing("detached", 0), delivery=DeliveryMode.DETACHED)
    bus.on("x", calls.plain("awaited", result=7))
    bus.on("error", errors.append)

    async def main():
        values = await bus.emit_async("x")
        await bus.drain()
        return values

    assert run(main()) == [7]
    assert [str(error) for error in errors] == ["detached"]


def test_a_failure_that_emit_async_raised_is_not_reported_a_second_time():
    bus, calls, errors = EventBus(), Calls(), []
    bus.on("x", calls.failing("seen", 0))
    bus.on("error", errors.append)

    with pytest.raises(ExceptionGroup):
        run(bus.emit_async("x"))

    assert errors == []


@pytest.mark.parametrize(("name", "times"), [("error", 1), ("**", 3), ("*", 3)])
def test_a_listener_of_error_that_fails_itself_is_not_called_for_its_own_failure(name, times):
    """A pattern hears x as well, fails, and gets both failures: three calls, and not one more."""
    bus, calls = EventBus(), Calls()
    bus.on("x", calls.failing("first", 0))
    bus.on(name, calls.failing("of error", 0))

    contexts = run(reported(bus, "x"))

    assert calls.count("of error") == times
    assert {str(context["exception"]) for context in contexts} == {"of error"}


def test_a_failure_of_what_a_listener_of_error_emits_goes_to_the_loop_not_round_in_circles():
    bus, calls = EventBus(), Calls()

    async def alert(error):
        calls.append("alert")
        bus.emit("alert")

    bus.on("x", calls.failing("x failed", 0))
    bus.on("error", alert)
    bus.on("alert", calls.failing("alert failed", 0))

    (context,) = run(reported(bus, "x"))

    assert calls == ["x failed", "alert", "alert failed"]
    assert str(context["exception"]) == "alert failed"


def test_error_without_a_listener_raises_its_payload():
    bus = EventBus()

    with pytest.raises(OSError, match="disk"):
        bus.emit("error", OSError("disk"))
    with pytest.raises(OSError, match="disk"):
        run(bus.emit_async("error", OSError("disk")))
    with pytest.raises(PyeeError, match="disk"):
        bus.emit("error", "disk")


@pytest.mark.parametrize("name", ["error", "*", "**"])
def test_error_with_a_listener_is_an_event_like_any_other_and_a_pattern_counts(name):
    bus, errors = EventBus(), []
    bus.on(name, errors.append)

    assert bus.emit("error", OSError("disk"))
    assert len(errors) == 1


def test_user_error_is_an_ordinary_name():
    assert EventBus().emit("user.error", OSError("disk")) is False
