"""The ledger: every delivery ends in exactly one fate, and the ledger balances in every situation."""

import asyncio
import contextlib

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run

CALLS = Calls()


def plain(bus):
    bus.on("x", CALLS.plain("plain"))


def task(bus):
    bus.on("x", CALLS.task("task", seconds=1))


def detached(bus):
    bus.on("x", CALLS.task("detached", seconds=1), delivery=DeliveryMode.DETACHED)


def failing(bus):
    bus.on("x", CALLS.failing("failing"))


def failing_task(bus):
    bus.on("x", CALLS.failing("failing task", 1))


def wrong_arguments(bus):
    async def takes_nothing(): ...

    bus.on("x", takes_nothing)


def twice(bus):
    listener = CALLS.plain("twice")
    bus.on("x", listener)
    bus.on("*", listener)


def on_error(bus):
    bus.on("error", CALLS.plain("error"))


def suppressed(bus):
    class Logs:
        @on_event("x")
        def fails(self, payload):
            raise OSError

        @on_event("x")
        async def fails_later(self, payload):
            raise OSError

    bus.subscribe(Logs())


def once(bus):
    bus.once("x", CALLS.plain("once"))


def once_used_up_inside(bus):
    def emit_inside(payload):
        if payload != "inside":
            bus.emit("x", "inside")
            raise OSError

    bus.on("x", emit_inside)
    bus.once("x", CALLS.plain("once"))


def cancelled(bus):
    def cancel_all(payload):
        asyncio.get_running_loop().call_soon(lambda: [task.cancel() for task in bus._eventdemo_bus.runner.tasks])

    bus.on("x", cancel_all)
    bus.on("x", CALLS.task("cancelled", seconds=1))


def returns_awaitable(bus):
    bus.on("x", lambda _: CALLS.task("the rest", seconds=1)())


# who listens, how it is emitted, and what the ledger says then
SITUATIONS = [
    ([], "emit", {"no-listener": 1}),
    ([], "emit_async", {"no-listener": 1}),
    ([plain, task, detached], "emit", {"done": 3}),
    ([plain, task, detached], "emit_async", {"done": 3}),
    ([failing], "emit", {"failed-seen": 1}),
    ([task, failing, plain, task], "emit", {"done": 1, "failed-seen": 1, "skipped": 2}),
    ([task, failing, plain, task], "emit_async", {"done": 3, "failed-seen": 1}),
    ([failing_task], "emit", {"failed-unseen": 1}),
    ([failing_task], "emit_async", {"failed-seen": 1}),
    ([failing_task, on_error], "emit", {"done": 1, "failed-seen": 1}),
    ([wrong_arguments, plain], "emit", {"done": 1, "failed-unseen": 1}),
    ([wrong_arguments, plain], "emit_async", {"done": 1, "failed-seen": 1}),
    ([twice], "emit", {"done": 1, "duplicate": 1}),
    ([twice, twice], "emit_async", {"done": 2, "duplicate": 2}),
    ([suppressed], "emit", {"failed-logged": 2}),
    ([suppressed], "emit_async", {"failed-logged": 2}),
    ([once, plain], "emit", {"done": 2}),
    ([once_used_up_inside], "emit", {"done": 2, "failed-seen": 1}),
    ([cancelled], "emit", {"done": 1, "cancelled-at-exit": 1}),
    ([cancelled], "emit_async", {"done": 1, "cancelled-at-exit": 1}),
    ([returns_awaitable, plain], "emit", {"done": 2}),
    ([returns_awaitable, plain], "emit_async", {"done": 2}),
]


NAMES = [f"{how}-{'+'.join(listen.__name__ for listen in listeners)}" for listeners, how, _ in SITUATIONS]


@pytest.mark.parametrize(("listeners", "how", "counts"), SITUATIONS, ids=NAMES)
def test_each_delivery_has_the_fate_that_it_met_and_the_ledger_balances(listeners, how, counts):
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    for listen in listeners:
        listen(bus)

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        with contextlib.suppress(OSError, ExceptionGroup):
            bus.emit("x", 1) if how == "emit" else await bus.emit_async("x", 1)
        await bus.drain()
        await asyncio.sleep(0)

    run(main())
    assert ledger.counts() == counts
    assert ledger.balanced


def test_a_delivery_under_way_shows_as_a_difference():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    task(bus)

    async def main():
        bus.emit("x")
        before = ledger.balanced
        await bus.drain()
        return before, ledger.balanced

    assert run(main()) == (False, True)


def test_cancelling_the_emitter_leaves_the_ledger_balancesd():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    for listen in (task, detached, plain):
        listen(bus)

    async def main():
        emitter = asyncio.ensure_future(bus.emit_async("x"))
        await asyncio.sleep(0.5)
        emitter.cancel()
        await asyncio.wait([emitter])
        await bus.drain()

    run(main())
    assert ledger.counts() == {"done": 2, "cancelled-at-exit": 1}
    assert ledger.balanced


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_the_end_of_the_program_inside_a_plain_listener_leaves_the_ledger_balancesd(how, error):
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)

    def ends(payload):
        raise error

    task(bus)
    bus.on("x", ends)
    plain(bus)

    async def main():
        with pytest.raises(error):
            bus.emit("x", 1) if how == "emit" else await bus.emit_async("x", 1)
        await bus.drain()

    run(main())
    assert ledger.counts() == {"done": 1, "failed-seen": 1, "skipped": 1}
    assert ledger.balanced


def test_an_awaitable_without_a_loop_to_run_it_leaves_the_ledger_balancesd():
    class Never:
        def __await__(self):
            raise AssertionError

    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    bus.on("x", lambda _: Never())
    plain(bus)

    with pytest.raises(NoRunningLoopError):
        bus.emit("x", 1)

    assert ledger.counts() == {"failed-seen": 1, "skipped": 1}
    assert ledger.balanced


def test_an_emit_that_is_refused_is_not_in_the_books():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    task(bus)

    with pytest.raises(NoRunningLoopError):
        bus.emit("x")

    assert (ledger.emits, ledger.deliveries) == (0, 0)


def test_one_listener_registered_under_two_names_that_match_is_a_duplicate_in_one_emit_not_over_two():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    plain(bus)

    bus.emit("x")
    bus.emit("x")

    assert ledger.counts() == {"done": 2}


def test_counts_are_in_the_order_in_which_the_fates_are_defined():
    ledger = Ledger()
    for fate in reversed(Fate):
        ledger.fates[fate] += 1

    assert list(ledger.counts()) == list(Fate)


def test_two_ledgers_of_one_bus_say_the_same():
    bus, first, second = EventBus(), Ledger(), Ledger()
    bus.observe(first)
    bus.observe(second)
    plain(bus)

    bus.emit("x")
    bus.emit("y")

    assert first.counts() == second.counts() == {"done": 1, "no-listener": 1}
