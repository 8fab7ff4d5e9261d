"""A scenario of your own: two people order at the same time, and each order takes the next invoice number."""

import asyncio

from eventdemo import Event
from eventdemo.explore import explore, make_bus
from eventdemo.explore.scenarios import as_experiment
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls import Pitfall, Variant
from eventdemo.simulate import simulate
from eventdemo.trace import sentences

CLAIM = "no number is given twice"


class OrderPlaced(Event, name="order.placed"):
    """A user placed an order."""

    user_id: int


class Invoices:
    """Gives numbers, and has to look up the last one first."""

    def __init__(self, turn: asyncio.Lock | None = None) -> None:
        self.given: list[int] = []
        self._turn = turn

    async def give_number(self, event: OrderPlaced) -> None:
        if self._turn is None:
            return await self._give()
        async with self._turn:
            return await self._give()

    async def _give(self) -> None:
        last = len(self.given)
        await asyncio.sleep(0.02)  # a call to the tax office
        self.given.append(last + 1)


async def order(stage: Stage, invoices: Invoices) -> str:
    stage.bus.on(OrderPlaced, invoices.give_number)
    for user_id in stage.user_ids:
        stage.bus.emit(OrderPlaced(user_id=user_id))
    await stage.bus.drain()
    twice = len(invoices.given) - len(set(invoices.given))
    return f"{twice} numbers were given twice" if twice else CLAIM


async def broken(stage: Stage) -> str:
    return await order(stage, Invoices())


async def repaired(stage: Stage) -> str:
    return await order(stage, Invoices(asyncio.Lock()))


INVOICES = Pitfall(
    "invoices", CLAIM, (Variant("broken", broken, holds=False), Variant("repaired", repaired)), users_explored=2
)

for variant in INVOICES.variants:
    print(sentences.cost(simulate(INVOICES, variant=variant.name, users=3)))
    found = explore(as_experiment(INVOICES, variant, variant.name), make_bus("awaited"))
    print(f"    explored: fails in {found.failures} of {found.schedules} schedules\n")
