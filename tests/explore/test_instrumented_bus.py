"""The bus of a schedule: it is gone when its schedule has ended, and a report replays a schedule on the same kind."""

import asyncio
import gc
import weakref

from eventdemo.explore import explore, make_bus
from eventdemo.explore.report import excerpt_of

MAKE = make_bus("awaited")


async def emits(bus):
    async def listener(_):
        await asyncio.sleep(1)

    bus.on("paid", listener)
    bus.on("paid", print)
    await bus.emit_async("paid", "item")


def test_no_bus_is_left_to_the_garbage_collector():
    made, left = [], []

    def make():
        left.append(sum(bus() is not None for bus in made))
        made.append(weakref.ref(bus := MAKE()))
        return bus

    gc.disable()
    try:
        explore(emits, make)
    finally:
        gc.enable()

    assert len(left) > 2
    assert not any(left)


def test_a_report_replays_a_schedule_on_a_bus_of_its_owner():
    made = []

    def make():
        made.append(MAKE())
        return made[-1]

    async def fails(_):
        raise ValueError("out of stock")

    found = explore(fails, make)
    before = len(made)
    excerpt_of(found, found.failing, "fails")

    assert len(made) == before + 1
