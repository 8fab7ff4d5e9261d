"""Several threads on one bus: registering is safe, and an emit sees one state of the table or the next."""

import sys
import threading
from collections import Counter

import pytest

from eventdemo.core.bus import EventBus
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
