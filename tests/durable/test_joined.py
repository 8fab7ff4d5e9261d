"""The outbox in a transaction of your own: events are stored with what you wrote, or not at all."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from eventdemo import Event, Fate, Ledger
from eventdemo.backend.storage.database import Database
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.outbox_table import ROWS
from tests.house.repo import ROOT

TABLES = sa.MetaData()
ORDERS = sa.Table("orders", TABLES, sa.Column("id", sa.Integer, primary_key=True))


class OrderPlaced(Event, name="order.placed"):
    order: int


class Shop:
    """A program's own database, and a bus with an outbox in it."""

    def __init__(self, url):
        self.url = url
        self.engine = sa.create_engine(url)
        TABLES.create_all(self.engine)
        self.database = Database(url, tables=None)
        self.bus, self.ledger = DurableBus(Outbox(self.database)), Ledger()
        self.bus.observe(self.ledger)
        self.bus.on(OrderPlaced, self.send)

    async def send(self, event): ...

    def close(self):
        self.engine.dispose()
        self.database.close()

    def stored(self):
        with self.engine.connect() as connection:
            orders = connection.execute(sa.select(ORDERS.c.id).order_by(ORDERS.c.id)).scalars().all()
            payloads = connection.execute(sa.select(ROWS.c.payload).order_by(ROWS.c.seq)).scalars().all()
        return orders, [payload["order"] for payload in payloads]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def shop(request, tmp_path, url_on):
    shop = Shop(f"sqlite:///{tmp_path}/shop.db" if request.param == "sqlite" else url_on(request.param))
    yield shop
    shop.close()


@pytest.fixture(params=[Session, sa.Engine.connect], ids=["session", "connection"])
def mine(shop, request):
    """Return a session or a connection of the program."""
    with request.param(shop.engine) as opened:
        yield opened


def place(shop, mine, order):
    mine.execute(sa.insert(ORDERS), {"id": order})
    shop.bus.within(mine).emit(OrderPlaced(order=order))


def test_a_commit_stores_both_and_a_rollback_neither_although_the_insert_came_first(shop, mine):
    place(shop, mine, 1)
    mine.rollback()
    place(shop, mine, 2)
    mine.commit()
    shop.bus.within(mine).emit(OrderPlaced(order=3))  # an event alone
    mine.commit()
    place(shop, mine, 4)
    mine.close()

    assert shop.stored() == ([2], [2, 3])
    shop.bus.pending.close()
    assert shop.ledger.counts() == {Fate.ACCEPTED: 2, Fate.WITHDRAWN: 2}


def test_a_savepoint_takes_its_events_along(shop, mine):
    place(shop, mine, 1)
    with mine.begin_nested():
        place(shop, mine, 2)
        inner = mine.begin_nested()
        place(shop, mine, 3)
        inner.rollback()
    undone = mine.begin_nested()
    with mine.begin_nested():
        place(shop, mine, 4)
    undone.rollback()
    mine.commit()

    assert shop.stored() == ([1, 2], [1, 2])


def test_inside_the_block_code_that_knows_only_the_bus_joins_too(shop):
    with Session(shop.engine) as session, shop.bus.within(session):
        session.execute(sa.insert(ORDERS), {"id": 1})
        asyncio.run(shop.bus.emit_async(OrderPlaced(order=1)))
        assert shop.stored() == ([], [])
        session.commit()

    assert shop.stored() == ([1], [1])


def test_if_the_job_cannot_be_stored_the_commit_fails(shop):
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    try:
        with Session(shop.engine) as session:
            place(shop, session, 1)
            with pytest.raises(sa.exc.DBAPIError):
                session.commit()
        with shop.engine.connect() as connection:
            assert connection.execute(sa.select(ORDERS)).all() == []
    finally:
        shop.database._created.clear()
        Outbox(shop.database)


def test_an_async_session_joins_too(url_on):
    shop = Shop(url_on("postgresql"))

    async def main():
        engine = create_async_engine(shop.url)
        async with AsyncSession(engine) as session:
            for order, ends in ((1, session.rollback), (2, session.commit)):
                await session.execute(sa.insert(ORDERS), {"id": order})
                shop.bus.within(session).emit(OrderPlaced(order=order))
                assert await shop.bus.within(session).emit_async(OrderPlaced(order=10 * order)) == []
                await ends()
        async with engine.connect() as connection:
            shop.bus.within(connection).emit(OrderPlaced(order=3))
            await connection.commit()
        await engine.dispose()

    try:
        asyncio.run(main())
        assert shop.stored() == ([2], [2, 20, 3])
    finally:
        shop.close()


def test_what_has_no_transaction_of_the_outboxs_driver_is_refused():
    database = Database("sqlite://", tables=None)
    bus = DurableBus(Outbox(database))

    class Async(sqlite3.Connection):
        async def commit(self): ...

    mine = Async(":memory:")
    for given, kind in (
        ("sqlite://", "str"),
        (object.__new__(psycopg.Connection), "psycopg.C"),
        (mine, f"{__name__}.A"),
    ):
        with pytest.raises(TypeError, match=rf"or a connection of pysqlite, the outbox's own driver, and not a {kind}"):
            bus.within(given)
    mine.close()
    database.close()


@pytest.fixture
def drivers_own(shop):
    """Return a connection that was opened without SQLAlchemy."""
    dialect = shop.engine.dialect
    arguments, options = dialect.create_connect_args(sa.make_url(shop.url))
    with closing(dialect.loaded_dbapi.connect(*arguments, **options)) as connection:
        yield connection


def run(connection, statement):
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement)


def test_a_connection_of_the_driver_joins_too(shop, drivers_own):
    def place(order):
        run(drivers_own, f"INSERT INTO orders VALUES ({order})")
        shop.bus.within(drivers_own).emit(OrderPlaced(order=order))

    place(1)
    drivers_own.rollback()
    place(2)
    assert shop.stored() == ([], [])
    drivers_own.commit()
    with shop.bus.within(drivers_own):
        asyncio.run(shop.bus.emit_async(OrderPlaced(order=3)))  # an event alone
    drivers_own.commit()
    place(4)
    run(drivers_own, "SAVEPOINT mine")
    place(5)
    run(drivers_own, "ROLLBACK TO SAVEPOINT mine")
    drivers_own.commit()

    assert shop.stored() == ([2, 4], [2, 3, 4])


def test_the_ledger_counts_an_event_on_a_connection_of_the_driver_as_accepted(shop, drivers_own):
    shop.bus.within(drivers_own).emit(OrderPlaced(order=1))

    assert shop.ledger.counts() == {Fate.ACCEPTED: 1}


def test_an_event_that_a_connection_of_the_driver_cannot_store_raises_at_once(shop, drivers_own):
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")

    with pytest.raises(sa.exc.DBAPIError):
        shop.bus.within(drivers_own).emit(OrderPlaced(order=1))
    assert shop.ledger.counts() == {Fate.WITHDRAWN: 1}
    drivers_own.rollback()
    shop.database._created.clear()
    Outbox(shop.database)


def test_a_database_of_your_own_gets_no_table_but_the_outbox(tmp_path):
    """In another process, because this one has imported the backend's tables, which need names such as `user`."""
    code = f"""
import sqlmodel, sqlalchemy
import eventdemo.durable.runtime
from eventdemo.backend.storage.database import Database
from eventdemo.durable.outbox import Outbox

database = Database("sqlite:///{tmp_path}/own.db", tables=None)
Outbox(database)
assert not sqlmodel.SQLModel.metadata.tables
assert sqlalchemy.inspect(database.engine).get_table_names() == ["outbox"]
"""

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
