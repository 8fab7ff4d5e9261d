"""A shop that sells the last item twice, and one that doesn't: `eventdemo explore docs/examples/shop.py:sold_twice`."""

import asyncio


class Shop:
    def __init__(self) -> None:
        self.stock = 1
        self.sold: list[str] = []
        self.lock = asyncio.Lock()

    async def buy(self, customer: str) -> None:
        """Look, pay, then take: between the look and the take, another customer may buy."""
        if self.stock:
            await asyncio.sleep(0.1)  # the payment
            self.stock -= 1
            self.sold.append(customer)

    async def buy_under_a_lock(self, customer: str) -> None:
        async with self.lock:
            await self.buy(customer)


async def sold_twice() -> None:
    shop = Shop()

    async def ann() -> None:
        await asyncio.sleep(0.1)  # her phone
        await shop.buy("Ann")

    async def bo() -> None:
        await asyncio.sleep(0.1)  # his phone
        await shop.buy("Bo")

    await asyncio.gather(ann(), bo())
    assert len(shop.sold) == 1, f"one item was sold to {' and '.join(sorted(shop.sold))}"


async def sold_once() -> None:
    shop = Shop()
    await asyncio.gather(shop.buy_under_a_lock("Ann"), shop.buy_under_a_lock("Bo"))
    assert shop.sold in (["Ann"], ["Bo"])
