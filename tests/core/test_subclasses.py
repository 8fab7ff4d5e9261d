"""pyee's users subclass emitters and keep attributes of their own: no name that they choose disturbs the bus."""

import asyncio

import pytest
from pyee import EventEmitter

from eventdemo.backend.events import AuthLogout
from eventdemo.core import bus, delivery, dispatch, runner, subscriptions
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from tests.core.calls import Calls, run

PYEES_OWN = {name for name in dir(EventEmitter()) if not name.startswith("__")}
LIKELY = (
    "_start _stop _run _runner _loop _task _tasks _state _status _queue _name _names _id _ids _events_by_name _table "
    "_observers _observer _listeners _handlers _strict _plan _plans _route _routes _closed _closing _started _bus "
    "_emit _emission _emissions _event _depth _register _registered _added _remove _withdraw _checked _subscribed _x "
    "_delimiter _max_listeners _tree _calls _call _begin _open _opened _close _returned _skip _report _reports _plan _x"
)
OURS = {
    name if name.startswith("_") else f"_{name}"
    for module in (bus, delivery, dispatch, runner, subscriptions)
    for thing in vars(module).values()
    if isinstance(thing, type)
    for name in (*vars(thing), *getattr(thing, "__annotations__", ()), *getattr(thing, "__slots__", ()))
    if not name.startswith("__")
}
NAMES = sorted(
    {*LIKELY.split(), *OURS, *(f"_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")}
    - PYEES_OWN
    - {"_eventdemo_bus"}
)


class SetsThemAfterwards(EventBus):
    def __init__(self, **options):
        super().__init__(**options)
        for number, name in enumerate(NAMES):
            setattr(self, name, number)


class SetsThemBefore(EventBus):
    def __init__(self, **options):
        for number, name in enumerate(NAMES):
            setattr(self, name, number)
        super().__init__(**options)


class HasThemOnTheClass(EventBus):
    pass


for position, class_attribute in enumerate(NAMES):
    setattr(HasThemOnTheClass, class_attribute, position)

kinds = pytest.mark.parametrize("kind", [SetsThemAfterwards, SetsThemBefore, HasThemOnTheClass])


def test_many_names_are_tried_and_the_bus_itself_has_only_one():
    assert len(NAMES) > 100
    assert {name for name in vars(EventBus()) if not name.startswith("__")} - PYEES_OWN == {"_eventdemo_bus"}
    private = {name for name in vars(EventBus) if name.startswith("_")}
    assert {name for name in private if not name.startswith("__")} - PYEES_OWN == set()


class Listens:
    @on_event(AuthLogout)
    def fails(self, event):
        raise OSError("logged")


@kinds
def test_registering_emitting_waiting_and_removing_work(kind):
    emitter, calls, ledger = kind(strict=True, max_listeners=0), Calls(), Ledger()
    stop = emitter.observe(ledger)
    emitter.on(AuthLogout, calls.plain("on", result=1))
    emitter.once("auth.logout", calls.plain("once", result=2))
    emitter.many("auth.*", 2, calls.task("many", result=3))
    emitter.prepend_listener("**", calls.plain("first", result=0))
    emitter.add_listener("auth.logout", calls.plain("added", result=4))
    emitter.listens_to("auth.logout")(calls.task("listens", result=5))
    emitter.on_any(calls.plain("any", result=6))
    emitter.on("auth.logout", calls.task("detached"), delivery=DeliveryMode.DETACHED)
    emitter.subscribe(listens := Listens())

    async def main():
        future = emitter.wait_for(AuthLogout)
        assert await emitter.emit_async(AuthLogout(user_id=7)) == [0, 1, 2, 3, 4, 5, 6, None, None]
        assert (await future).user_id == 7
        assert emitter.emit("auth.logout", {"user_id": 8})
        await emitter.drain()

    run(main())
    assert calls.count("once") == 1
    assert calls.count("many") == calls.count("on") == 2
    assert ledger.balanced
    emitter.unsubscribe(listens)
    stop()
    emitter.remove_all_listeners()
    assert not emitter.emit(AuthLogout(user_id=9))


@kinds
def test_errors_are_raised_and_reported(kind):
    emitter, errors, calls = kind(), [], Calls()
    emitter.on("error", errors.append)
    emitter.on("x", calls.failing("unseen", 0))
    emitter.on("y", calls.failing("seen"))

    async def main():
        emitter.emit("x")
        await emitter.drain()
        with pytest.raises(OSError, match="seen"):
            emitter.emit("y")
        with pytest.raises(ExceptionGroup):
            await emitter.emit_async("y")
        with pytest.raises(asyncio.TimeoutError):
            await emitter.wait_for("never", timeout=1)

    run(main())
    assert [str(error) for error in errors] == ["unseen"]


REGISTER = {
    "on": lambda bus, f: bus.on("x", f),
    "on, as a decorator": lambda bus, f: bus.on("x")(f),
    "once": lambda bus, f: bus.once("x", f),
    "many": lambda bus, f: bus.many("x", 2, f),
    "prepend_listener": lambda bus, f: bus.prepend_listener("x", f),
    "add_listener": lambda bus, f: bus.add_listener("x", f),
    "listens_to": lambda bus, f: bus.listens_to("x")(f),
    "wait_for": lambda bus, _: run(waits(bus)),
}


async def waits(bus):
    bus.wait_for("x").cancel()


@pytest.mark.parametrize("how", REGISTER)
def test_every_way_of_registering_goes_through_pyees_add_event_handler(how):
    class Notes(EventBus):
        def _add_event_handler(self, event, k, v):
            registered.append((event, k))
            super()._add_event_handler(event, k, v)

    registered, calls = [], Calls()
    emitter, listener = Notes(), calls.plain("heard")

    REGISTER[how](emitter, listener)

    assert [event for event, _ in registered] == ["x"]
    assert registered[0][1] is listener or how == "wait_for"
    if how != "wait_for":
        emitter.emit("x")
        assert calls == ["heard"]


def test_a_subclass_may_wrap_what_it_registers_and_the_listener_is_still_removed_by_itself():
    class Counts(EventBus):
        def _add_event_handler(self, event, k, v):
            super()._add_event_handler(event, k, lambda *args: (calls.append("wrapper"), v(*args))[-1])

    calls = Calls()
    emitter, listener = Counts(), calls.plain("heard")
    emitter.on("x", listener)
    emitter.emit("x")
    emitter.remove_listener("x", listener)

    assert calls == ["wrapper", "heard"]
    assert not emitter.emit("x")


def test_on_does_not_ask_an_overridden_add_listener():
    told = []

    class Telling(EventBus):
        def add_listener(self, event, f):
            told.append(event)
            return super().add_listener(event, f)

    bus = Telling()
    bus.on("a", print)
    bus.add_listener("b", print)

    assert told == ["b"]


def test_a_subclass_that_overrides_emit_sees_the_errors_that_no_emitter_waits_for():
    emitted = []

    class Logging(EventBus):
        def emit(self, event, *args, **kwargs):
            emitted.append(event)
            return super().emit(event, *args, **kwargs)

    async def fail():
        raise OSError("disk")

    async def main():
        bus = Logging()
        bus.on("error", lambda _: None)
        bus.on("x", fail)
        bus.emit("x")
        await bus.drain()

    run(main())

    assert emitted == ["x", "error"]


def test_drain_ends_although_a_runner_of_your_own_keeps_a_task_that_has_ended():
    class Keeps(runner.Runner):
        def detach(self, delivery):
            self.launch(delivery)

    bus, calls = EventBus(runner=Keeps()), Calls()
    bus.on("x", calls.task("kept"))

    async def main():
        bus.emit("x")
        await bus.drain()

    run(main())
    assert calls == ["kept"]
