"""A shop on SQLite, in sessions of SQLModel: `eventdemo explore docs/examples/stock.py:lost_update`."""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, col, create_engine, update

from eventdemo import claim


class Stock(SQLModel, table=True):
    item: str = Field(primary_key=True)
    left: int


async def read_then_write(engine: Engine) -> None:
    await asyncio.sleep(0.1)  # the customer's network
    with Session(engine) as session:
        left = session.get_one(Stock, "book").left
    await asyncio.sleep(0.1)  # the payment
    with Session(engine) as session:
        session.get_one(Stock, "book").left = left - 1
        session.commit()


async def decrement(engine: Engine) -> None:
    await asyncio.sleep(0.1)
    with Session(engine) as session:
        session.exec(update(Stock).where(col(Stock.item) == "book").values(left=col(Stock.left) - 1))
        session.commit()


async def two_sales(sell: Callable[[Engine], Awaitable[None]]) -> bool:
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/shop.db")
        SQLModel.metadata.create_all(engine, [SQLModel.metadata.tables["stock"]])
        with Session(engine) as session:
            session.add(Stock(item="book", left=2))
            session.commit()
        await asyncio.gather(sell(engine), sell(engine))
        with Session(engine) as session:
            return session.get_one(Stock, "book").left == 0


@claim("each sale is counted", declared=True)
async def lost_update() -> bool:
    return await two_sales(read_then_write)


@claim("each sale is counted", declared=True)
async def fixed() -> bool:
    return await two_sales(decrement)
