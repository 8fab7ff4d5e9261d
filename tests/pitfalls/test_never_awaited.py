"""`never-awaited`: our model drops what pyee's plain emitter drops; what pyee's asyncio emitter does and lacks."""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter

from eventdemo.backend.events import AuthLogout
from eventdemo.core.events import name_of
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.never_awaited import ALL_OUT, PlainEmitter, log_out
from eventdemo.simulate import simulate, testbed
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
    """Return the outcome of the program on a bus."""

    virtual = VirtualClock()

    async def main():
        with closing(testbed.Testbed(virtual, lambda _: PlainEmitter(), COMPANY, FaultPlan(), seed=7)) as opened:
            return await log_out(replace(opened.start("A"), bus=bus))

    return run_in(VirtualLoop(virtual), main())


def test_the_outcome_on_the_real_plain_emitter_is_that_of_the_model():
    with pytest.warns(RuntimeWarning, match="'UserAuthListener.log_out_devices' was never awaited"):
        real = end_of(OnPyee(EventEmitter()))

    assert real == end_of(PlainEmitter()) == "4 phones stay logged in"


def test_the_claim_holds_on_the_real_asyncio_emitter():
    assert end_of(OnPyee(AsyncIOEventEmitter())) == ALL_OUT


@pytest.mark.parametrize("emitter", [EventEmitter, PlainEmitter])
def test_a_plain_listener_runs_and_emit_returns_true_on_both(emitter):
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
            returned = asyncio.run(main())
    else:
        returned = asyncio.run(main())

    assert (returned, heard) == (True, ["inline"])


def test_the_ledger_records_never_awaited_listeners():
    assert simulate("never-awaited").ledger == {Fate.NEVER_AWAITED: 25}
    assert simulate("never-awaited", variant="asyncio").ledger == {Fate.DONE: 25}


def test_no_strategy_helps_because_the_bus_is_at_fault():
    assert set(broken_orders("never-awaited").values()) == {(1, 1)}


def test_the_asyncio_emitter_returns_before_its_listener_and_cannot_await_one_emit():
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
def test_the_asyncio_emitter_sends_errors_to_listeners_of_error_and_never_to_the_emitter(fails):
    errors = []

    async def later(event):
        raise OSError(event)

    def inline(event):
        raise OSError(event)

    async def main():
        emitter = AsyncIOEventEmitter()
        emitter.on("auth.logout", {"inline": inline, "later": later}[fails])
        emitter.on("error", errors.append)
        emitter.emit("auth.logout", 7)
        await emitter.wait_for_complete()
        await asyncio.sleep(0)

    asyncio.run(main())

    assert [type(error) for error in errors] == [OSError]
