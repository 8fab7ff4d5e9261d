"""Tests of a service that emits. Run them with `pytest docs/examples/test_invoices.py`."""

import asyncio

import pytest

from eventdemo import Event, EventBus
from eventdemo.testing import AssertingLedger, recorded

pytestmark = pytest.mark.explore  # every async test here runs under every schedule, in virtual time
HOUR = 3600.0


class InvoicePaid(Event, name="invoice.paid"):
    invoice: str


class Billing:
    """What is tested: it emits, and knows nothing of its listeners."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._paid: set[str] = set()

    async def pay(self, invoice: str) -> None:
        if invoice not in self._paid:
            await asyncio.sleep(0.2)  # the bank
            self._paid.add(invoice)
            self._bus.emit(InvoicePaid(invoice=invoice))


@pytest.fixture
def billing(bus: EventBus) -> Billing:
    return Billing(bus)


async def test_paying_emits_the_invoice(billing: Billing, bus: EventBus) -> None:
    events = recorded(bus)

    await billing.pay("2026-117")

    assert [paid.invoice for paid in events.of(InvoicePaid)] == ["2026-117"]


async def test_a_listener_of_an_hour_takes_no_time(billing: Billing, bus: EventBus, ledger: AssertingLedger) -> None:
    async def remind(_: InvoicePaid) -> None:
        await asyncio.sleep(HOUR)

    bus.on(InvoicePaid, remind)
    await billing.pay("2026-117")
    await bus.drain()

    ledger.assert_delivered(InvoicePaid, to="remind")


async def test_two_clicks_pay_once(billing: Billing, bus: EventBus) -> None:
    events = recorded(bus)

    async def click() -> None:
        await asyncio.sleep(0.1)  # the network
        await billing.pay("2026-117")

    await asyncio.gather(click(), click())

    assert [paid.invoice for paid in events.of(InvoicePaid)] == ["2026-117"]
