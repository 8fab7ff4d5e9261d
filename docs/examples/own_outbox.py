"""A FastAPI shop whose events are committed with its orders, in a session of its own."""

import asyncio
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from eventdemo import Event
from eventdemo.backend.storage.database import Database
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.runtime import engine_for, runtime


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]


class OrderPlaced(Event, name="order.placed"):
    item: str


def shop(url: str) -> tuple[FastAPI, DurableBus]:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    bus = durable_bus(Database(url, tables=None))  # adds its table, and leaves yours alone
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    @app.post("/orders/{item}")
    def place(item: str, session: Annotated[Session, Depends(session)]) -> None:
        session.add(Order(item=item))
        session.flush()  # the row is locked from here on
        bus.within(session).emit(OrderPlaced(item=item))
        if item == "anvil":
            raise HTTPException(409, "We can't ship anvils.")  # the session rolls back the order and its event
        session.commit()  # stores both

    @bus.on(OrderPlaced)
    async def send_receipt(event: OrderPlaced) -> None:
        print(f"  receipt for {event.item}")

    return app, bus


async def main(url: str) -> None:
    app, bus = shop(url)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        for item in ("book", "anvil"):
            print(item, (await client.post(f"/orders/{item}")).status_code)
    print("jobs:", await bus.outbox.waiting())
    async with runtime(bus, engine_for(bus, "outbox"), with_worker=True):
        while await bus.outbox.waiting():  # noqa: ASYNC110 - the outbox is a table, which says nothing
            await asyncio.sleep(0.02)
    print("jobs:", await bus.outbox.waiting())


with TemporaryDirectory() as folder:
    asyncio.run(main(f"sqlite:///{folder}/shop.db"))
