"""Four tests of a service that emits: what it emits, what the listeners did, a slow listener, and a wait."""

import asyncio

from eventdemo import Event, EventBus, Fate, Ledger
from eventdemo.simulate import run as run_in_virtual_time

HOUR = 3600.0


class InvoicePaid(Event, name="invoice.paid"):
    invoice: str


class Billing:
    """What is tested: it emits, and knows nothing of who listens."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    async def pay(self, invoice: str) -> None:
        self._bus.emit(InvoicePaid(invoice=invoice))


def make_bus() -> tuple[EventBus, Ledger]:
    bus, ledger = EventBus(strict=True), Ledger()
    bus.observe(ledger)
    return bus, ledger


async def test_paying_emits_the_invoice() -> None:
    bus, _ = make_bus()
    emitted: list[Event] = []
    bus.on_any(lambda _name, event: emitted.append(event))

    await Billing(bus).pay("2026-117")

    assert [(event.name, event.invoice) for event in emitted] == [("invoice.paid", "2026-117")]  # type: ignore[attr-defined]


async def test_a_failing_listener_is_in_the_ledger() -> None:
    bus, ledger = make_bus()
    errors: list[Exception] = []
    bus.on("error", errors.append)

    @bus.on(InvoicePaid)
    async def send_receipt(_: InvoicePaid) -> None:
        raise ConnectionError("the mail server is down")

    await Billing(bus).pay("2026-117")
    await bus.drain()

    assert ledger.counts()[Fate.FAILED_SEEN] == 1
    assert [str(error) for error in errors] == ["the mail server is down"]


async def test_a_listener_of_an_hour_takes_no_time() -> None:
    bus, ledger = make_bus()

    @bus.on(InvoicePaid)
    async def remind(_: InvoicePaid) -> None:
        await asyncio.sleep(HOUR)

    await Billing(bus).pay("2026-117")
    await bus.drain()

    assert asyncio.get_running_loop().time() >= HOUR
    assert ledger.counts() == {Fate.DONE: 1}


async def test_wait_for_the_event_of_something_that_runs() -> None:
    bus, _ = make_bus()
    paid = bus.wait_for(InvoicePaid, timeout=60)

    asyncio.get_running_loop().create_task(Billing(bus).pay("2026-118"))

    assert (await paid).invoice == "2026-118"


for test in (
    test_paying_emits_the_invoice,
    test_a_failing_listener_is_in_the_ledger,
    test_a_listener_of_an_hour_takes_no_time,
    test_wait_for_the_event_of_something_that_runs,
):
    run_in_virtual_time(test())
    print("passed:", test.__name__)
