"""What observers are told, and that being observed changes nothing else."""

import asyncio

import pytest

from eventdemo.attendance import cause
from eventdemo.bus import EventBus
from eventdemo.delivery import Delivery, Observer
from eventdemo.events import UserCreated
from eventdemo.ledger import Ledger
from eventdemo.sim.virtual_time import run
from tests.bus.calls import Calls


class Diary(Observer):
    """Writes down everything it is told."""

    def __init__(self):
        self.lines = []
        self.emissions = []

    def emitted(self, emission):
        self.emissions.append(emission)
        self.lines.append(f"emitted {emission.name}")

    def handed(self, handover):
        self.lines.append(f"handed {handover.subscription.name}")

    def started(self, handover):
        self.lines.append(f"started {handover.subscription.name}")

    def ended(self, handover, error):
        self.lines.append(f"ended {handover.subscription.name} {type(error).__name__}")

    def skipped(self, handover):
        self.lines.append(f"skipped {handover.subscription.name}")

    def returned(self, emission):
        self.lines.append(f"returned {emission.name}")


def watched_bus():
    bus, diary = EventBus(), Diary()
    bus.observe(diary)
    return bus, diary


def test_an_emit_is_told_from_its_beginning_to_the_end_of_its_last_listener():
    bus, diary = watched_bus()
    calls = Calls()
    bus.on("x", calls.task("task", seconds=1))
    bus.on("x", calls.plain("plain"))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert diary.lines == [
        "emitted x",
        "handed task",
        "handed plain",
        "started plain",
        "ended plain NoneType",
        "returned x",
        "started task",
        "ended task NoneType",
    ]


def test_emit_async_returns_after_the_awaited_have_ended():
    bus, diary = watched_bus()
    bus.on("x", Calls().task("awaited"))
    bus.on("x", Calls().task("detached", seconds=1), delivery=Delivery.DETACHED)

    async def main():
        await bus.emit_async("x")
        await bus.drain()

    run(main())
    assert diary.lines[-4:] == ["ended awaited NoneType", "started detached", "returned x", "ended detached NoneType"]


def test_a_skipped_listener_is_told_as_handed_and_skipped():
    bus, diary = watched_bus()
    bus.on("x", Calls().failing("first"))
    bus.on("x", Calls().task("second"))

    async def main():
        with pytest.raises(OSError, match="first"):
            bus.emit("x")

    run(main())
    assert diary.lines[3:] == ["ended first OSError", "handed second", "skipped second", "returned x"]


def test_an_event_that_nobody_hears_is_told_as_emitted_and_returned():
    bus, diary = watched_bus()

    bus.emit("x")
    with pytest.raises(OSError, match="disk"):
        bus.emit("error", OSError("disk"))

    assert diary.lines == ["emitted x", "returned x", "emitted error", "returned error"]


def test_a_listener_that_is_cancelled_before_its_first_line_ends_without_having_started():
    bus, diary = watched_bus()
    bus.on("x", Calls().task("task"))

    async def main():
        bus.emit("x")
        for task in bus._tasks:
            task.cancel()
        await bus.drain()

    run(main())
    assert diary.lines == ["emitted x", "handed task", "returned x", "ended task CancelledError"]


def test_a_detached_plain_function_starts_when_it_is_called_not_when_it_is_handed_out():
    bus, diary = watched_bus()
    bus.on("x", Calls().plain("detached"), delivery=Delivery.DETACHED)

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert diary.lines[-3:] == ["returned x", "started detached", "ended detached NoneType"]


def test_who_stops_observing_is_told_nothing_of_later_emits():
    bus, diary = EventBus(), Diary()
    stop = bus.observe(diary)
    bus.emit("first")
    stop()

    bus.emit("second")

    assert diary.lines == ["emitted first", "returned first"]
    assert not bus._watched


def test_an_observer_hears_each_emit_from_beginning_to_end_or_not_at_all():
    bus, early, late = EventBus(), Ledger(), Ledger()
    bus.observe(early)

    async def cancelled():
        await asyncio.sleep(100)

    bus.on("x", cancelled)
    bus.on("x", lambda: bus.observe(late) and None)
    bus.on("x", Calls().task("task"))

    async def main():
        bus.emit("x")
        for task in bus._tasks:
            task.cancel()
        await bus.drain()
        bus.emit("y")

    run(main())
    assert (early.emits, early.deliveries, early.balanced) == (2, 4, True)
    assert (late.emits, late.deliveries, late.balanced) == (1, 1, True)


def test_an_emission_says_who_emitted():
    bus, diary = watched_bus()

    class Controller:
        def logout(self):
            bus.emit("auth.logout")

        async def login(self):
            await bus.emit_async("auth.login")

    async def main():
        Controller().logout()
        await Controller().login()
        await asyncio.ensure_future(bus.emit_async("by itself"))

    run(main())
    assert [emission.emitter.rpartition("<locals>.")[2] for emission in diary.emissions] == [
        "Controller.logout",
        "Controller.login",
        "a task",
    ]


def test_emissions_are_numbered_and_keep_their_arguments():
    bus, diary = watched_bus()
    event = UserCreated(user_id=1)

    bus.emit(event)
    bus.emit("x", 1, 2)

    assert [(e.number, e.name, e.args) for e in diary.emissions] == [(1, "user.created", (event,)), (2, "x", (1, 2))]


def names_of_causes(emission):
    """Follow the chain of causes back to its beginning."""
    names = []
    while emission.cause is not None:
        names.append(f"{emission.cause.emission.name} → {emission.cause.subscription.name}")
        emission = emission.cause.emission
    return names


def test_the_chain_of_causes_leads_back_through_tasks_and_plain_functions():
    bus, diary = watched_bus()

    async def second_listener():
        await asyncio.sleep(1)
        bus.emit("third")

    def third_listener():
        return asyncio.ensure_future(bus.emit_async("fourth"))

    def first_listener():
        bus.emit("second")

    bus.on("first", first_listener)
    bus.on("second", second_listener)
    bus.on("third", third_listener)

    async def main():
        bus.emit("first")
        await bus.drain()
        bus.emit("without a cause")

    run(main())
    chains = {emission.name: names_of_causes(emission) for emission in diary.emissions}
    assert chains["fourth"] == ["third → third_listener", "second → second_listener", "first → first_listener"]
    assert chains["first"] == chains["without a cause"] == []


@pytest.mark.parametrize("how", ["emit", "emit_async"])
def test_the_cause_of_a_listener_does_not_leak_into_the_emitter_or_its_neighbours(how):
    bus, _ = watched_bus()
    causes = []

    async def waits():
        await asyncio.sleep(1)
        causes.append(cause.get().subscription.name)

    async def other():
        causes.append(cause.get().subscription.name)

    def fails():
        raise OSError

    for listener in (waits, lambda: None, other):
        bus.on("x", listener)
    bus.on("y", fails)

    async def main():
        bus.emit("x") if how == "emit" else await bus.emit_async("x")
        with pytest.raises((OSError, ExceptionGroup)):
            bus.emit("y") if how == "emit" else await bus.emit_async("y")
        causes.append(cause.get())
        await bus.drain()

    run(main())
    assert sorted(causes, key=str) == sorted(["other", "waits", None], key=str)


def test_a_listener_lost_with_its_loop_ends_as_cancelled_without_a_word_on_stderr():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)

    async def waits():
        await asyncio.sleep(100)

    bus.on("x", waits)
    loop = asyncio.new_event_loop()

    async def emit():
        bus.emit("x")
        await asyncio.sleep(0)

    loop.run_until_complete(emit())
    (left,) = bus._tasks
    loop.close()
    left._log_destroy_pending = False
    left.get_coro().close()

    assert ledger.counts() == {"cancelled-at-exit": 1}
    assert ledger.balanced
