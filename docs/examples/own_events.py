"""An event of your own, a service that emits it, an object that listens."""

import asyncio

from eventdemo import Event, EventBus, on_event
from eventdemo.core.events import UnknownEventError


class InvoicePaid(Event, name="invoice.paid"):
    """A customer paid an invoice."""

    invoice: str
    cents: int


class Receipts:
    """Listens; knows nothing of who emits."""

    @on_event(InvoicePaid)
    async def send_receipt(self, event: InvoicePaid) -> None:
        await asyncio.sleep(0)  # your mail service
        print(f"receipt for invoice {event.invoice}: {event.cents / 100:.2f}")


class Billing:
    """Emits; knows nothing of who listens."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    async def pay(self, invoice: str, cents: int) -> None:
        await self._bus.emit_async(InvoicePaid(invoice=invoice, cents=cents))


async def main() -> None:
    bus = EventBus(strict=True)
    bus.subscribe(Receipts())
    await Billing(bus).pay("2026-117", 4990)
    try:
        bus.emit("invoice.payed", {"invoice": "2026-118", "cents": 120})
    except UnknownEventError as mistake:
        print(mistake)


asyncio.run(main())
