"""Orders that are stored with sqlite3 alone, and their events."""

import asyncio
import sqlite3
from contextlib import closing
from tempfile import TemporaryDirectory

from eventdemo import Event
from eventdemo.backend.storage.database import Database
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.runtime import engine_for, runtime


class OrderPlaced(Event, name="order.placed"):
    item: str


def place(bus: DurableBus, connection: sqlite3.Connection, item: str) -> None:
    connection.execute("INSERT INTO orders VALUES (?)", [item])
    bus.within(connection).emit(OrderPlaced(item=item))


async def main(path: str) -> None:
    bus = durable_bus(Database(f"sqlite:///{path}", tables=None))

    @bus.on(OrderPlaced)
    async def send_receipt(event: OrderPlaced) -> None:
        print(f"  receipt for {event.item}")

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (item)")
        place(bus, connection, "book")
        connection.commit()
        place(bus, connection, "anvil")
        connection.rollback()

    print("jobs:", await bus.outbox.waiting())
    async with runtime(bus, engine_for(bus, "outbox"), with_worker=True):
        while await bus.outbox.waiting():  # noqa: ASYNC110 - the outbox is a table, which says nothing
            await asyncio.sleep(0.02)


with TemporaryDirectory() as folder:
    asyncio.run(main(f"{folder}/shop.db"))
