"""The judges of the exercises of `proving_order`."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from itertools import product
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import access
from eventdemo.learn.judging import check_all_schedules, reject, require, write
from eventdemo.learn.tiny_bus import SnapshotBus, TinyBus, calls_of


class PaymentError(ConnectionError):
    """The bank refuses the card."""


class Shop:
    """A shop with one item. The card of Cy is refused."""

    def __init__(self) -> None:
        self.stock = 1
        self.paid: list[str] = []
        self.sold: list[str] = []
        self.lock = asyncio.Lock()

    async def pay(self, customer: str) -> None:
        """Take a customer's money, or raise `PaymentError`."""
        await write("the shop")
        if customer == "Cy":
            raise PaymentError
        self.paid.append(customer)


Order = Callable[[Shop, str], Coroutine[Any, Any, Any]]


def sell_once(order: Order) -> str:
    """Let two customers order at once, then one whose card is refused and another one."""
    in_all = check_all_schedules(partial(open_shop, order, ("Ann", "Bo")))
    check_all_schedules(partial(open_shop, order, ("Cy", "Ann")))
    return f"One item is sold once, {in_all}, and a refused card blocks nothing."


async def open_shop(order: Order, customers: Sequence[str], bus: EventBus) -> None:
    shop = Shop()

    async def take_order(customer: str) -> None:
        await write("the shop")
        with suppress(PaymentError):
            await order(shop, customer)

    bus.on("item.ordered", take_order)
    for customer in customers:
        bus.emit("item.ordered", customer)
    await bus.drain()
    bus.emit("item.ordered", "Di")
    await bus.drain()
    access("the shop", write=False)
    if len(shop.sold) > 1:
        reject(f"one item is sold to {' and '.join(sorted(shop.sold))}")
    require(shop.sold, "the item is never sold, although Di has money")
    if unserved := sorted({*shop.paid} - {*shop.sold}):
        reject(f"{unserved[0]} paid and got nothing")
    require(shop.paid == shop.sold, f"sold to {shop.sold}, paid by {shop.paid}")
    require(shop.stock == 0, f"the item is sold, and the stock is {shop.stock}")


class ForgetsOnce(TinyBus):
    """Calls listeners of `once` at every emit."""

    def emit(self, event: Any) -> None:
        for listener, _ in [*self.listeners]:
            listener(event)


class Reversed(SnapshotBus):
    """Calls the last listener first."""

    def emit(self, event: Any) -> None:
        self.listeners.reverse()
        super().emit(event)
        self.listeners.reverse()


class DropsEvent(SnapshotBus):
    """Calls listeners without the event."""

    def emit(self, event: Any) -> None:
        super().emit(None)


class CallsTwice(SnapshotBus):
    """Calls the first listener twice."""

    def emit(self, event: Any) -> None:
        if self.listeners:
            self.listeners[0][0](event)
        super().emit(event)


BROKEN: dict[str, type[TinyBus]] = {
    "A bus that skips the listener after a `once` listener": TinyBus,
    "A bus that never removes a `once` listener": ForgetsOnce,
    "A bus that calls the last listener first": Reversed,
    "A bus that doesn't pass the event on": DropsEvent,
    "A bus that calls the first listener twice": CallsTwice,
}
KINDS = [list(kinds) for length in range(4) for kinds in product(("on", "once"), repeat=length)]


def a_property(holds: Callable[[type[TinyBus], list[str]], Any]) -> str:
    """Check the right bus for all lists of up to three listeners, and five broken ones."""
    for kinds in KINDS:
        if not _holds(holds, SnapshotBus, kinds):
            reject(f"The right bus doesn't have your property, for the listeners {kinds}.")
    for what, kind in BROKEN.items():
        is_right = all(_holds(holds, kind, kinds) for kinds in KINDS)
        require(not is_right, f"{what} has your property, too.")
    return "The right bus has your property, and none of the five broken ones does."


def _holds(holds: Callable[[type[TinyBus], list[str]], Any], kind: type[TinyBus], kinds: list[str]) -> bool:
    try:
        return holds(kind, [*kinds]) is True
    except AssertionError:
        return False


STEPS = [list(steps) for length in range(6) for steps in product(("on", "once", "emit"), repeat=length)]


def the_model(model: Callable[[list[str]], Any]) -> str:
    """Compare the model with the right bus for every sequence of up to five steps."""
    for steps in STEPS:
        heard, said = calls_of(SnapshotBus, steps), model([*steps])
        require(said == heard, f"After {steps}, your model says {said!r}, and the right bus has called {heard}.")
    return f"Your model agrees with the right bus after each of {len(STEPS)} sequences of steps."
