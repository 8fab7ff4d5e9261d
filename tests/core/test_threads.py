"""Several threads on one bus: registering is safe, and an emit sees one state of the table or the next."""

import asyncio
import sys
import threading
from collections import Counter
from time import monotonic

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.runner import NoRunningLoopError
from eventdemo.core.subscriptions import SubscriptionTable

SECONDS = 20


@pytest.fixture
def _switching_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(*functions):
    """Run the functions at the same time; raise what one of them raised."""
    errors = []

    def guarded(function):
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - it is raised below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[function], daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
    if errors:
        raise errors[0]


@pytest.mark.usefixtures("_switching_often")
def test_nothing_is_lost_when_threads_register_remove_and_emit_at_once():
    bus, heard = EventBus(max_listeners=0), Counter()

    def register(number):
        for _ in range(100):
            kept, gone = (lambda: heard.update(["kept"])), (lambda: None)
            for name in (f"n.{number}", "n.*"):
                bus.on(name, kept)
                bus.on(name, gone)
                bus.emit(f"n.{number}")
                bus.remove_listener(name, gone)

    in_threads(*[lambda number=number: register(number) for number in range(4)])
    heard.clear()
    bus.emit("n.0")

    assert heard["kept"] == 100 + 400


@pytest.mark.usefixtures("_switching_often")
def test_once_is_one_call_although_many_threads_emit():
    bus, heard = EventBus(), []
    start = threading.Barrier(4)
    for number in range(200):
        bus.once(f"n.{number}", lambda number=number: heard.append(number))

    def emit():
        start.wait(SECONDS)
        for number in range(200):
            bus.emit(f"n.{number}")

    in_threads(*[emit] * 4)

    assert sorted(heard) == list(range(200))


def test_a_listener_registered_while_another_thread_works_out_a_plan_is_not_forgotten(monkeypatch):
    """The other thread has read the table and is about to keep what it found, when this one registers."""
    bus, heard = EventBus(), []
    reading, registering = threading.Event(), threading.Event()
    reached = SubscriptionTable.reached

    def slowly(table, name):
        found = reached(table, name)
        if name == "x":
            reading.set()
            registering.wait(0.2)
        return found

    monkeypatch.setattr(SubscriptionTable, "reached", slowly)

    def register():
        reading.wait(SECONDS)
        bus.on("x", lambda: heard.append("heard"))  # has to wait for the other thread, or is done before it goes on
        registering.set()

    in_threads(lambda: bus.emit("x"), register)
    bus.emit("x")

    assert heard[-1:] == ["heard"]


def test_wait_for_wakes_up_at_once_when_another_thread_emits():
    bus = EventBus()

    async def main():
        future = bus.wait_for("x")
        threading.Timer(0.05, bus.emit, ["x", 7]).start()
        await asyncio.wait([future], timeout=SECONDS)  # the loop has nothing else that would wake it
        return future.result()

    began = monotonic()
    assert asyncio.run(main()) == 7
    assert monotonic() - began < SECONDS


def test_a_wait_whose_loop_was_closed_does_not_disturb_an_emitter_in_another_thread():
    bus = EventBus()
    loop = asyncio.new_event_loop()

    async def wait():
        bus.wait_for("x")

    loop.run_until_complete(wait())
    loop.close()

    in_threads(lambda: bus.emit("x"))


def test_drain_looks_at_the_running_listeners_although_another_thread_starts_one_meanwhile():
    bus = EventBus()
    tasks = bus._eventdemo_bus.runner.tasks

    class Finished:
        def get_loop(self):
            tasks[Finished()] = object()  # as an emit in another thread might, between two lines of `drain`

    tasks[Finished()] = object()

    asyncio.run(bus.drain())


def test_a_coroutine_listener_in_a_thread_without_a_loop_is_refused_with_what_to_call_there():
    bus, refusals = EventBus(), []

    async def listener(): ...

    bus.on("x", listener)

    def emit():
        for call in (lambda: bus.emit("x"), lambda: bus.wait_for("x")):
            with pytest.raises(NoRunningLoopError) as caught:
                call()
            refusals.append(str(caught.value))

    in_threads(emit)

    assert len(refusals) == 2
    for part in ("anyio.from_thread.run(bus.emit_async, event)", "loop.call_soon_threadsafe(bus.emit, event)"):
        assert all(part in refusal for refusal in refusals)
    assert not any("asyncio.run(" in refusal for refusal in refusals)


def test_call_soon_threadsafe_hands_an_event_to_the_loop():
    bus = EventBus()

    async def main():
        heard = asyncio.Event()

        async def listener():
            heard.set()

        bus.on("x", listener)
        loop = asyncio.get_running_loop()
        threading.Timer(0.01, loop.call_soon_threadsafe, [bus.emit, "x"]).start()
        async with asyncio.timeout(SECONDS):
            await heard.wait()

    asyncio.run(main())
