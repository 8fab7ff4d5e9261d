"""Databases of your own: SQLAlchemy's async engine in virtual time, sessions, locks, and what a statement accesses."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import Field, MetaData, Session, SQLModel, create_engine

from eventdemo import claim
from eventdemo.explore import explore, wait
from eventdemo.explore.program import as_experiment
from eventdemo.explore.report import steps_of
from eventdemo.explore.sqlite import ObservedConnection
from eventdemo.simulate import simulate
from eventdemo.simulate.sqlite_locks import LockedError, Patience
from tests.needs import needs, without_extra

needs_greenlet = needs(without_extra("test", "aiosqlite", "greenlet"))


class Stock(SQLModel, table=True):
    metadata = MetaData()
    item: str = Field(primary_key=True)
    left: int


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Return the file of a shop that has two books and a pen."""
    path = tmp_path_factory.mktemp("shop") / "filled.db"
    engine = create_engine(f"sqlite:///{path}")
    Stock.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Stock(item="book", left=2), Stock(item="pen", left=1)])
        session.commit()
    engine.dispose()
    return path


@pytest.fixture
def shop(filled, tmp_path):
    """Return a function that gives each schedule a copy of the shop's file."""

    def fresh():
        shutil.copyfile(filled, tmp_path / "shop.db")
        return tmp_path / "shop.db"

    return fresh


def left_in(path, item="book"):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT left FROM stock WHERE item = ?", [item]).fetchone()[0]


# SQLAlchemy's async engine, unchanged


async def read_then_write(engine):
    async with AsyncSession(engine) as session:
        book = await session.get(Stock, "book")
        book.left -= 1
        await session.commit()


async def decrement(engine):
    async with AsyncSession(engine) as session:
        await session.execute(update(Stock).where(Stock.item == "book").values(left=Stock.left - 1))
        await session.commit()


def two_sales(shop, sell):
    @claim("two books are sold", declared=True)
    async def sales():
        engine = create_async_engine(f"sqlite+aiosqlite:///{(path := shop())}")
        async with engine.connect():  # the first connection asks for SQLite's version, and so on
            pass
        await asyncio.gather(sell(engine), sell(engine))
        await engine.dispose()
        return left_in(path) == 0 or f"{2 - left_in(path)} sold"

    return sales


@needs_greenlet
def test_two_async_sessions_lose_an_update_and_the_report_names_the_row(shop):
    found = explore(two_sales(shop, read_then_write))

    assert (found.complete, found.reduced) == (True, True)
    assert {*found.outcomes} == {"two books are sold", "1 sold"}
    assert "read_then_write reads stock 'book' before read_then_write writes it." in found.report()


@needs_greenlet
def test_an_update_in_one_statement_loses_nothing_and_the_second_one_waits_for_the_lock(shop):
    found = explore(two_sales(shop, decrement))

    assert found.complete
    assert {*found.outcomes} == {"two books are sold"}


@needs_greenlet
def test_the_engine_runs_in_the_simulator_too(shop):
    assert simulate(two_sales(shop, decrement)).checks[0].holds


# Sessions that don't wait: each statement belongs to the step that runs it


def two_sessions(shop, items, *, waits):
    @claim("nothing is lost", declared=True)
    async def sales():
        engine = create_engine(f"sqlite:///{(path := shop())}")

        async def sell(item):
            with Session(engine) as session:
                await wait()
                left = session.get_one(Stock, item).left
                session.rollback()
                if waits:
                    await wait()
                session.exec(update(Stock).where(Stock.item == item).values(left=left - 1))
                session.commit()

        await asyncio.gather(*map(sell, items))
        engine.dispose()
        return left_in(path) == 2 - items.count("book") or "an update is lost"

    return sales


def test_the_sessions_of_sqlmodel_are_seen(shop):
    found = explore(two_sessions(shop, ["book", "book"], waits=True))

    assert {*found.outcomes} == {"nothing is lost", "an update is lost"}
    assert "sell reads stock 'book' before sell writes it." in found.report()
    assert {*explore(two_sessions(shop, ["book", "book"], waits=False)).outcomes} == {"nothing is lost"}


def test_an_undeclared_program_has_the_rows_beside_the_lines(shop):
    sales = as_experiment(two_sessions(shop, ["book", "book"], waits=True))

    found = explore(replace(sales, declared=False))

    first, *_ = steps_of(found, found.failing)
    assert first.startswith("1 sell #1 at test_sqlite.py:")
    assert first.endswith("reads stock 'book'")


# What SQLite says of statements, whichever library sends them


@pytest.fixture
def accesses(monkeypatch):
    """Return what was accessed so far."""
    seen = Counter()
    monkeypatch.setattr("eventdemo.explore.sqlite.access", lambda what, write=True: seen.update([(what, write)]))
    return seen


def accessed_by(accesses, statement, connection):
    accesses.clear()
    connection.execute(statement).fetchall()
    return {what.strip("()").split()[0] for what, _ in accesses if "connection 1" not in what}


@pytest.mark.parametrize(
    ("statement", "accessed"),
    [
        ("SELECT left FROM stock", {"SQLite", "the"}),
        ("WITH s AS (SELECT 1) SELECT * FROM s", {"SQLite"}),
        ("UPDATE stock SET left = 3", {"the", "SQLite"}),
        ("SELECT upper(item) FROM stock", {"SQLite", "the"}),
        ("SELECT ours(left) FROM stock", {"anything"}),
        ("CREATE TABLE other (id)", {"anything"}),
        ("PRAGMA foreign_keys = ON", {"SQLite"}),
        ("PRAGMA journal_mode = WAL", {"anything"}),
    ],
)
def test_a_statement_reads_writes_or_may_access_anything(accesses, statement, accessed):
    connection = sqlite3.connect(":memory:", factory=ObservedConnection, cached_statements=0)
    connection.execute("CREATE TABLE stock (item, left)")
    if "ours" in statement:
        connection.create_function("ours", 1, lambda left: left)

    assert accessed_by(accesses, statement, connection) >= accessed
    assert ("anything" in accessed) == ("(anything)" in {what for what, _ in accesses})
    connection.close()


PROGRAMS = {
    "a reader and a writer": (["SELECT", "SELECT"], ["UPDATE", "COMMIT"]),
    "a snapshot": (["BEGIN", "SELECT", "SELECT", "COMMIT"], ["UPDATE", "COMMIT"]),
    "two writers": (["UPDATE", "COMMIT"], ["UPDATE", "ROLLBACK"]),
    "each reads and writes": (["SELECT", "UPDATE", "COMMIT"], ["SELECT", "UPDATE", "COMMIT"]),
    "upgrades": (["BEGIN", "SELECT", "UPDATE", "COMMIT"], ["BEGIN", "SELECT", "UPDATE", "COMMIT"]),
    "an autocommit": (["SELECT", "SELECT"], ["WITH", "SELECT"]),
}
SQL = {
    "SELECT": "SELECT left FROM stock ORDER BY item",
    "UPDATE": "UPDATE stock SET left = left + 1 WHERE item = 'book'",
    "WITH": "WITH more AS (SELECT 1 AS n) UPDATE stock SET left = left + (SELECT n FROM more)",
}


def transactions(shop, name):
    async def play():
        import aiosqlite

        path = shop()

        async def session(kinds):
            rows = []
            async with aiosqlite.connect(path) as connection:
                for kind in kinds:
                    try:
                        rows.append(await (await connection.execute(SQL.get(kind, kind))).fetchall())
                    except sqlite3.OperationalError as error:
                        rows.append(str(error))
            return rows

        seen = await asyncio.gather(*map(session, PROGRAMS[name]))
        return f"{seen}, then {left_in(path)}"

    return as_experiment(play)


@needs_greenlet
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_reduction_misses_no_outcome_of_transactions_that_wait_for_each_other(shop, name):
    every = transactions(shop, name)
    reduced = explore(replace(every, declared=True), bound=3000)

    assert reduced.complete
    assert reduced.reduced
    assert {*explore(every, bound=25).outcomes} <= {*reduced.outcomes}
    assert any("database is locked" in outcome for outcome in reduced.outcomes) == (name == "upgrades")


@needs_greenlet
def test_a_statement_that_waits_notices_at_once_that_a_session_which_is_not_async_has_committed(shop, monkeypatch):
    seen, call = [], Patience.call

    def noting_a_lock(patience, function):
        try:
            return call(patience, function)
        except LockedError:
            seen.append("waits")
            raise

    monkeypatch.setattr(Patience, "call", noting_a_lock)

    async def not_async(path):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            await wait()
            connection.execute("COMMIT")
            await wait()
            seen.append("goes on")

    async def program():
        import aiosqlite

        seen.clear()
        path = shop()
        async with aiosqlite.connect(path) as other:
            holder = asyncio.create_task(not_async(path))
            await asyncio.sleep(0)
            await other.execute(SQL["UPDATE"])
            seen.append("updated")
            await holder
        return seen

    found = explore(program)

    assert found.complete
    assert {*found.outcomes} >= {"['waits', 'updated', 'goes on']", "['waits', 'goes on', 'updated']"}


@needs_greenlet
def test_a_lock_that_is_never_released_is_an_error_when_nothing_else_can_happen(shop):
    async def program():
        import aiosqlite

        path = shop()
        async with aiosqlite.connect(path) as one, aiosqlite.connect(path) as other:
            await one.execute("BEGIN IMMEDIATE")
            await other.execute(SQL["UPDATE"])

    assert {*explore(program, bound=50).outcomes} == {"raised OperationalError: database is locked"}
    assert simulate(program).checks[0].found == "raised OperationalError: database is locked"
