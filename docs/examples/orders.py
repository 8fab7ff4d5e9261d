"""Two orders, each with a receipt by mail; the program ends too early: `eventdemo run docs/examples/orders.py:rush`."""

import asyncio

from eventdemo import EventBus, claim, invariant

ORDERS = (1, 2)


async def mail_receipt(number: int) -> None:
    await asyncio.sleep(0.2)  # the mail server


async def place_orders(bus: EventBus) -> int:
    placed: list[int] = []
    invariant("no order number is given twice", lambda: len(set(placed)) == len(placed))
    bus.on("order.placed", mail_receipt)
    for number in ORDERS:
        await asyncio.sleep(0.05)  # the payment
        placed.append(number)
        bus.emit("order.placed", number)
    return len(placed)


@claim("both orders are placed, and both receipts are mailed")
async def rush(bus: EventBus) -> bool:
    return await place_orders(bus) == len(ORDERS)


@claim("both orders are placed, and both receipts are mailed")
async def patient(bus: EventBus) -> bool:
    placed = await place_orders(bus)
    await bus.drain()
    return placed == len(ORDERS)
