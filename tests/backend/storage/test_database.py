"""A database runs one transaction at a time, in memory or in a thread for a file, and rolls back after an error."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.event import listen
from sqlalchemy.exc import DataError, IntegrityError

from eventdemo.backend.storage.database import ROWS_AT_ONCE, Database
from eventdemo.backend.storage.dialects import is_in_memory
from eventdemo.backend.storage.model import LoginSession, User
from eventdemo.simulate.virtual_time import run
from tests.backend.storage.sessions import add_session, count, row

MEMORY = ["sqlite://", "sqlite:///:memory:", "sqlite+pysqlite://", "sqlite+pysqlite:///:memory:"]


def test_a_piece_of_work_is_committed_when_it_returns(database):
    async def main():
        await database.write(add_session("a"))
        return await database.read(count)

    assert asyncio.run(main()) == 1


def test_a_piece_of_work_is_rolled_back_when_it_raises(database):
    def fail_half_way(connection):
        add_session("a")(connection)
        raise ZeroDivisionError

    async def main():
        with pytest.raises(ZeroDivisionError):
            await database.write(fail_half_way)
        return await database.read(count)

    assert asyncio.run(main()) == 0


def test_a_session_that_raises_is_rolled_back(database):
    def fail_half_way(session):
        session.add(LoginSession(**row("a")))
        session.flush()
        raise ZeroDivisionError

    async def main():
        with pytest.raises(ZeroDivisionError):
            await database.write_with_session(fail_half_way)
        return await database.read(count)

    assert asyncio.run(main()) == 0


def test_the_next_query_works_after_a_rejected_row(database):
    async def main():
        await database.write(add_session("a"))
        with pytest.raises(IntegrityError):
            await database.write(add_session("a"))
        await database.write(add_session("b"))
        return await database.read(count)

    assert asyncio.run(main()) == 2


def test_rows_that_a_session_returns_can_be_read_after_it_has_ended(database):
    async def main():
        await database.write_with_session(lambda session: session.add(User(id=1, username="a", organisation_id=1)))
        return await database.read_with_session(lambda session: session.get(User, 1))

    assert asyncio.run(main()).username == "a"


def test_many_tasks_at_once_lose_no_row(database):
    async def main():
        await asyncio.gather(*(database.write(add_session(str(n))) for n in range(30)))
        return await database.read(count)

    assert asyncio.run(main()) == 30


def test_a_query_in_memory_runs_in_the_calling_thread():
    database = Database()

    assert run(database.write(lambda _: threading.current_thread())) is threading.current_thread()
    database.close()


def test_a_slow_query_to_a_file_does_not_block_the_loop(file_url):
    database = Database(file_url)
    asked = threading.Event()

    async def main():
        slow = asyncio.create_task(database.write(lambda _: asked.wait(10)))
        await asyncio.sleep(0)
        asked.set()  # only a loop that goes on gets here before the query has ended
        return await slow

    assert asyncio.run(main()) is True
    database.close()


def test_a_file_keeps_its_rows(file_url):
    first = Database(file_url)
    asyncio.run(first.write(add_session("a")))
    first.close()

    second = Database(file_url)

    assert asyncio.run(second.read(count)) == 1
    second.close()


def test_a_missing_database_file_is_created(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")

    assert not database.has_rows(User)
    database.close()


def test_two_databases_in_memory_are_independent():
    one, other = Database(), Database()
    run(one.write(add_session("a")))

    assert run(other.read(count)) == 0
    one.close()
    other.close()


@pytest.mark.parametrize("url", MEMORY)
def test_every_spelling_of_memory_is_one_database_for_all_queries(url):
    database = Database(url)

    async def main():
        await database.write(add_session("a"))
        return await asyncio.gather(*(database.read(count) for _ in range(5)))

    assert asyncio.run(main()) == [1] * 5
    database.close()


@pytest.mark.parametrize("url", ["sqlite:///backend.db", "postgresql://host/backend", "mysql+pymysql://host/backend"])
def test_other_urls_are_not_in_memory(url):
    assert not is_in_memory(url)


def test_the_pause_comes_before_each_query_and_takes_virtual_time():
    async def pause():
        await asyncio.sleep(30)

    async def main():
        database = Database(pause=pause)
        await database.write(add_session("a"))
        rows = await database.read(count)
        database.close()
        return rows, asyncio.get_running_loop().time()

    assert run(main()) == (1, 60)


def test_during_the_reply_the_change_is_committed_but_the_result_has_not_arrived():
    async def reply():
        await asyncio.sleep(30)

    async def main():
        database = Database(reply=reply)
        asked = asyncio.create_task(database.write(add_session("a")))
        await asyncio.sleep(1)
        seen = database.transact(count), asked.done()
        await asked
        async with database.unit():
            await database.write(add_session("b"))
        database.close()
        return seen, asyncio.get_running_loop().time()

    assert run(main()) == ((1, False), 90)


def test_during_the_reply_to_a_commit_others_see_the_change():
    async def reply():
        await asyncio.sleep(30)

    async def main():
        database = Database(reply=reply)

        async def change():
            async with database.unit():
                await database.write(add_session("a"))

        changing = asyncio.create_task(change())
        await asyncio.sleep(31)
        seen = await database.read(count)
        await changing
        database.close()
        return seen

    assert run(main()) == 1


def test_loading_stores_any_number_of_rows(database):
    database.load((LoginSession, (row(str(n)) for n in range(ROWS_AT_ONCE + 1))))

    assert asyncio.run(database.read(count)) == ROWS_AT_ONCE + 1


def test_loading_again_replaces_the_rows(database):
    for token in "ab":
        database.load((LoginSession, [row(token)]))

    assert asyncio.run(database.read(lambda c: c.execute(select(LoginSession.token_digest)).scalars().all())) == ["b"]


def test_generated_ids_continue_after_those_that_were_loaded(database):
    database.load((User, [{"id": n, "username": str(n), "organisation_id": 1} for n in range(1, 21)]))
    database.transact(lambda c: c.execute(insert(User), {"username": "new", "organisation_id": 1}))

    assert asyncio.run(database.read(lambda c: c.execute(select(func.max(User.id))).scalar())) > 20


def test_loading_is_all_or_nothing(database):
    def broken():
        yield {"token": "a", "user_id": 1}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.load((User, [{"id": 1, "username": "a", "organisation_id": 1}]), (LoginSession, broken()))

    assert not database.has_rows(User)
    assert not database.has_rows(LoginSession)


def test_has_rows_is_true_once_a_row_is_stored(database):
    assert not database.has_rows(LoginSession)

    database.load((LoginSession, [row("a")]))

    assert database.has_rows(LoginSession)


def test_closing_releases_the_file(file_url, tmp_path):
    database = Database(file_url)
    asyncio.run(database.write(add_session("a")))

    database.close()

    with sqlite3.connect(tmp_path / "backend.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("ROLLBACK")
    other.close()


def test_two_processes_may_create_the_same_tables_at_once(tmp_path):
    notes, url = MetaData(), f"sqlite:///{tmp_path}/backend.sqlite"
    Table("notes", notes, Column("id", Integer, primary_key=True))
    with closing(Database(url)) as database, closing(Database(url)) as other:
        # the other one creates the table after this one has found none
        listen(notes, "before_create", lambda *_, **__: other.create_tables(notes), once=True)

        database.create_tables(notes)


def test_strings_that_differ_only_in_case_are_different(database):
    async def main():
        await database.write(add_session("token"))
        await database.write(add_session("TOKEN"))
        return await database.read(count)

    assert asyncio.run(main()) == 2


def test_a_time_is_stored_to_the_microsecond(database):
    synced = datetime(2026, 3, 6, 12, 0, 0, 123456, tzinfo=UTC)
    database.load((User, [{"id": 1, "username": "a", "organisation_id": 1, "last_synced": synced}]))

    assert asyncio.run(database.read(lambda c: c.execute(select(User.last_synced)).scalar())) == synced


def test_mariadb_rejects_a_string_that_is_too_long_even_if_the_server_would_shorten_it(url_on):
    database = Database(f"{url_on('mariadb')}?init_command=SET sql_mode=''")

    with pytest.raises(DataError, match="too long"):
        database.transact(add_session("a" * 256))

    database.close()
