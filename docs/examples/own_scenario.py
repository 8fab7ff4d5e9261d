"""Users order at the same time, and each order takes the next invoice number, on as many instances as you choose."""

import asyncio

from eventdemo import Event, claim
from eventdemo.explore import explore
from eventdemo.instances.stage import Stage
from eventdemo.simulate import simulate


class OrderPlaced(Event, name="order.placed"):
    """A user placed an order."""

    user_id: int


@claim("no number is given twice")
async def invoices(stage: Stage) -> str | None:
    given: list[int] = []

    async def give_number(event: OrderPlaced) -> None:
        last = len(given)
        await asyncio.sleep(0.02)  # a call to the tax office
        given.append(last + 1)

    stage.bus.on(OrderPlaced, give_number)
    for user_id in stage.user_ids:
        stage.bus.emit(OrderPlaced(user_id=user_id))
    await stage.bus.drain()
    twice = len(given) - len(set(given))
    return f"{twice} numbers were given twice" if twice else None


if __name__ == "__main__":
    print(simulate(invoices, users=3))
    print(simulate(invoices, users=3, crashes="A@0.01..0.5").ledger)
    print(explore(invoices).outcomes)
