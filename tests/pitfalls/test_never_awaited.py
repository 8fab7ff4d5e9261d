"""`never-awaited`: the model drops what pyee's plain emitter drops; what its asyncio emitter does and lacks."""

import asyncio
from dataclasses import replace

import pytest
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter

from eventdemo.core.events import AuthLogout, name_of
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.never_awaited import ALL_OUT, PlainEmitter, log_out
from eventdemo.simulate import simulate
from eventdemo.simulate.testbed import open_testbed, steady
from eventdemo.simulate.virtual_time import VirtualClock, VirtualLoop, run_in
from mock_services import Company, FaultPlan
from tests.pitfalls.orders import broken_orders

COMPANY = Company(4, seed=7, vendor_share=0)


class OnPyee:
    """The three methods that the program calls, on a real emitter of pyee."""

    def __init__(self, emitter):
        self._emitter = emitter

    def on(self, event, listener):
        self._emitter.on(name_of(event), listener)

    def emit(self, event):
        return self._emitter.emit(event.name, event)

    async def drain(self):
        if isinstance(self._emitter, AsyncIOEventEmitter):
            await self._emitter.wait_for_complete()


def end_of(bus):
    """Return how the program ends on a bus."""

    async def play():
        with open_testbed(lambda _: PlainEmitter(), COMPANY, FaultPlan(), seed=7, keep=0, query_time=steady) as office:
            return await log_out(replace(office.start("A"), bus=bus))

    return run_in(VirtualLoop(VirtualClock()), play())


def test_on_the_real_plain_emitter_the_program_ends_as_on_the_model():
    with pytest.warns(RuntimeWarning, match="'UserAuthListener.log_out_devices' was never awaited"):
        real = end_of(OnPyee(EventEmitter()))

    assert real == end_of(PlainEmitter()) == "4 phones stay logged in"


def test_on_the_real_asyncio_emitter_it_ends_as_claimed():
    assert end_of(OnPyee(AsyncIOEventEmitter())) == ALL_OUT


@pytest.mark.parametrize("emitter", [EventEmitter, PlainEmitter])
def test_a_plain_listener_runs_and_emit_says_true_for_either(emitter):
    heard = []

    async def later(event):
        heard.append("later")

    async def main():
        bus = emitter()
        bus.on("auth.logout", lambda event: heard.append("inline"))
        bus.on("auth.logout", later)
        return bus.emit("auth.logout", AuthLogout(user_id=7))

    if emitter is EventEmitter:
        with pytest.warns(RuntimeWarning, match="never awaited"):
            said = asyncio.run(main())
    else:
        said = asyncio.run(main())

    assert (said, heard) == (True, ["inline"])


def test_the_ledger_has_the_name_of_what_happened():
    assert simulate("never-awaited").ledger == {Fate.NEVER_AWAITED: 25}
    assert simulate("never-awaited", variant="asyncio").ledger == {Fate.DONE: 25}


def test_no_strategy_helps_because_the_bus_is_what_is_wrong():
    assert set(broken_orders("never-awaited").values()) == {(1, 1)}


def test_the_asyncio_emitter_returns_before_its_listener_and_has_nothing_to_wait_for_one_emit():
    done = []

    async def listener(event):
        await asyncio.sleep(0)
        done.append(event)

    async def main():
        emitter = AsyncIOEventEmitter()
        emitter.on("auth.logout", listener)
        emitter.emit("auth.logout", 7)
        before = list(done)
        await emitter.wait_for_complete()
        return before

    assert asyncio.run(main()) == []
    assert done == [7]
    assert not hasattr(AsyncIOEventEmitter, "emit_async")


@pytest.mark.parametrize("fails", ["inline", "later"])
def test_the_asyncio_emitter_tells_listeners_of_error_and_never_the_emitter(fails):
    told = []

    async def later(event):
        raise OSError(event)

    def inline(event):
        raise OSError(event)

    async def main():
        emitter = AsyncIOEventEmitter()
        emitter.on("auth.logout", {"inline": inline, "later": later}[fails])
        emitter.on("error", told.append)
        emitter.emit("auth.logout", 7)
        await emitter.wait_for_complete()
        await asyncio.sleep(0)

    asyncio.run(main())

    assert [type(error) for error in told] == [OSError]
