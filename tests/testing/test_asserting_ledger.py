"""The ledger with assertions: what it accepts, and what it says otherwise."""

import asyncio

import pytest

from eventdemo import Event, EventBus
from eventdemo.simulate import run
from eventdemo.testing import AssertingLedger


class ParcelSent(Event, name="parcel.sent"):
    parcel: int = 1


@pytest.fixture
def bus():
    return EventBus()


@pytest.fixture
def ledger(bus):
    bus.observe(found := AssertingLedger())
    return found


async def weigh(event):
    await asyncio.sleep(1)


async def stamp(event):
    raise ConnectionError("no ink")


def emitting(bus, *, drained=True):
    async def main():
        bus.on("error", lambda error: None)
        bus.emit(ParcelSent())
        if drained:
            await bus.drain()

    run(main())


def test_it_accepts_an_event_all_of_whose_deliveries_are_done(bus, ledger):
    bus.on(ParcelSent, weigh)
    emitting(bus)

    ledger.assert_delivered(ParcelSent)
    ledger.assert_delivered("parcel.sent", to="weigh", times=1)
    ledger.assert_not_emitted("parcel.lost")
    assert ledger.balanced
    with pytest.raises(AssertionError, match=r"^parcel.sent was emitted: weigh done\.$"):
        ledger.assert_not_emitted(ParcelSent)
    with pytest.raises(AssertionError, match=r"^parcel.sent was not delivered 2 times: weigh done\.$"):
        ledger.assert_delivered(ParcelSent, times=2)
    with pytest.raises(AssertionError, match=r"^parcel.lost was not delivered: .*, only parcel.sent\.$"):
        ledger.assert_delivered("parcel.lost")


def test_it_names_the_listener_that_failed_and_the_error(bus, ledger):
    bus.on(ParcelSent, weigh)
    bus.on(ParcelSent, stamp)
    emitting(bus)

    ledger.assert_delivered(ParcelSent, to="weigh")
    with pytest.raises(AssertionError, match=r"weigh done, stamp failed-seen \(ConnectionError: no ink\)\.$"):
        ledger.assert_delivered(ParcelSent)


def test_it_says_that_an_event_had_no_listener_or_that_nothing_was_emitted(bus, ledger):
    with pytest.raises(AssertionError, match=r"nothing was emitted\.$"):
        ledger.assert_delivered(ParcelSent)
    emitting(bus)

    with pytest.raises(AssertionError, match=r"it had no listener\.$"):
        ledger.assert_delivered(ParcelSent)


def test_a_listener_that_still_runs_is_not_enough(bus, ledger):
    async def main():
        bus.on(ParcelSent, weigh)
        bus.emit(ParcelSent())
        with pytest.raises(AssertionError, match=r"weigh has not ended\.$"):
            ledger.assert_delivered(ParcelSent)
        open_now = [each.subscription.name for each in ledger.open_deliveries()]
        await bus.drain()
        return open_now, ledger.open_deliveries()

    assert run(main()) == (["weigh"], [])


@pytest.mark.parametrize(
    "fails", [lambda ledger: ledger.assert_delivered("y"), lambda ledger: ledger.assert_not_emitted("x")]
)
def test_the_traceback_of_a_failed_assertion_ends_at_the_line_of_the_test(fails):
    bus, ledger = EventBus(), AssertingLedger()
    bus.observe(ledger)
    bus.emit("x")

    with pytest.raises(AssertionError) as caught:
        fails(ledger)

    assert caught.traceback.filter(caught)[-1].name == "<lambda>"
