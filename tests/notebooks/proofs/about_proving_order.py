"""The findings of `proving_order`."""

import asyncio
from functools import partial

from eventdemo.explore import explore
from eventdemo.learn.small_programs import explored_orders
from eventdemo.learn.tiny_bus import SnapshotBus, TinyBus, calls_of, first_difference
from tests.notebooks.proofs import finding


def shop(*customers):
    async def open_shop(bus):
        stock, sold = ["laptop"], []

        async def order(customer):
            await asyncio.sleep(0.1)
            if stock:
                await asyncio.sleep(0.1)
                stock.clear()
                sold.append(customer)

        bus.on("laptop.ordered", order)
        for customer in customers:
            bus.emit("laptop.ordered", customer)
        await bus.drain()
        assert len(sold) == 1
        return "1 sold"

    return open_shop


@finding("an `await` between a check and its use lets another order come in between.")
def _():
    (reserved,) = explored_orders("Ann", "Bo")

    assert explore(shop("Ann", "Bo")).refuted
    assert {*reserved.outcomes} == {"1 sold"}


@finding("two customers have 6 schedules, and three have 66.")
def _():
    assert [explore(shop(*names)).schedules for names in (("Ann", "Bo"), ("Ann", "Bo", "Cy"))] == [6, 66]


@finding("Hypothesis finds a list for which the bus fails, and shrinks it to two listeners.")
def _():
    assert calls_of(TinyBus, ["once", "on", "emit"]) == ["once 0"]
    for kind in ("on", "once"):
        assert calls_of(TinyBus, [kind, "emit"]) == [f"{kind} 0"], "one listener isn't enough"


@finding("the smallest difference is three steps, `once`, `on`, `emit`.")
def _():
    model = partial(calls_of, SnapshotBus)

    assert first_difference(TinyBus, model) == ["once", "on", "emit"]
    assert first_difference(SnapshotBus, model) == []
