"""A listener that ends with a `CancelledError` of its own failed; one that was cancelled from outside did not."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, ListenerCancelledError
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from tests.core.calls import run

watched = pytest.mark.parametrize("watched", [False, True])


async def awaits_what_is_cancelled():
    other = asyncio.create_task(asyncio.sleep(100))
    asyncio.get_running_loop().call_soon(other.cancel)
    await other


def reads_a_cancelled_future():
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    future.result()


class Suppressed:
    @on_event("x")
    async def task(self):
        await awaits_what_is_cancelled()

    @on_event("x")
    def plain(self):
        reads_a_cancelled_future()

    @on_event("x", delivery=DeliveryMode.DETACHED)
    def detached(self):
        reads_a_cancelled_future()


def a_bus(*, watched):
    """Return a bus and its ledger, which only a watched bus fills."""
    bus, ledger = EventBus(), Ledger()
    if watched:
        bus.observe(ledger)
    return bus, ledger


async def emitted(bus, unhandled):
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    bus.emit("x")
    await bus.drain()
    await asyncio.sleep(0)


@watched
@pytest.mark.parametrize("delivery", list(DeliveryMode))
def test_it_goes_to_the_listeners_of_error_once(watched, delivery):
    (bus, ledger), errors, unhandled = a_bus(watched=watched), [], []
    bus.on("x", awaits_what_is_cancelled, delivery=delivery)
    bus.on("error", errors.append)

    run(emitted(bus, unhandled))

    (error,) = errors
    assert isinstance(error, ListenerCancelledError)
    assert unhandled == []
    assert ledger.counts() == ({"done": 1, "failed-seen": 1} if watched else {})


@watched
def test_without_a_listener_of_error_it_goes_to_the_loops_exception_handler_once(watched):
    (bus, ledger), unhandled = a_bus(watched=watched), []
    bus.on("x", awaits_what_is_cancelled)

    run(emitted(bus, unhandled))

    (context,) = unhandled
    assert context["message"] == "listener awaits_what_is_cancelled of 'x' failed and no emitter was waiting"
    assert isinstance(context["exception"], ListenerCancelledError)
    assert ledger.counts() == ({"failed-unseen": 1} if watched else {})


@watched
def test_emit_async_raises_it_and_its_fate_is_a_failure(watched):
    bus, ledger = a_bus(watched=watched)
    bus.on("x", awaits_what_is_cancelled)

    with pytest.raises(ExceptionGroup) as caught:
        run(bus.emit_async("x"))

    assert isinstance(caught.value.exceptions[0], ListenerCancelledError)
    assert ledger.counts() == ({"failed-seen": 1} if watched else {})


@watched
@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_a_declared_listener_logs_it_and_the_others_go_on(watched, how, caplog):
    bus, ledger = a_bus(watched=watched)
    bus.subscribe(Suppressed())

    async def main():
        bus.emit("x") if how == "emit" else await bus.emit_async("x")
        await bus.drain()

    run(main())

    logged = sorted(record.getMessage() for record in caplog.records)
    assert logged == [f"listener {name} of 'x' failed" for name in ("detached", "plain", "task")]
    assert ledger.counts() == ({"failed-logged": 3} if watched else {})


@watched
def test_emit_raises_that_of_a_plain_listener_as_an_exception_so_the_emitter_does_not_look_cancelled(watched):
    bus, ledger = a_bus(watched=watched)
    bus.on("x", reads_a_cancelled_future)

    with pytest.raises(ListenerCancelledError, match="reads_a_cancelled_future") as caught:
        run(emitted(bus, []))

    assert isinstance(caught.value.__context__, asyncio.CancelledError)
    assert ledger.counts() == ({"failed-seen": 1} if watched else {})


@watched
def test_a_cancellation_from_outside_is_not_reported(watched):
    (bus, ledger), errors, unhandled = a_bus(watched=watched), [], []

    async def waits():
        await asyncio.create_task(asyncio.sleep(100))

    bus.on("x", waits)
    bus.on("error", errors.append)

    async def main():
        asyncio.get_running_loop().call_later(1, lambda: [task.cancel() for task in bus._eventdemo_bus.runner.tasks])
        await emitted(bus, unhandled)

    run(main())

    assert (errors, unhandled) == ([], [])
    assert ledger.counts() == ({"cancelled-at-exit": 1} if watched else {})
