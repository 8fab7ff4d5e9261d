"""Concurrent units of work, and cancelled ones: no task waits for longer than necessary."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import func, insert, select

from eventdemo.backend.storage.database import IN_MEMORY, Database
from eventdemo.backend.storage.model import LoginSession
from eventdemo.backend.storage.unit_of_work import current
from eventdemo.simulate.virtual_time import run


@pytest.fixture(params=["memory", "file"])
def database(request, tmp_path):
    database = Database(IN_MEMORY if request.param == "memory" else f"sqlite:///{tmp_path / 'backend.db'}")
    yield database
    database.close()


@pytest.fixture
def file(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'backend.db'}")
    yield database
    database.close()


def remember(token):
    return lambda c: c.execute(insert(LoginSession), {"token": token, "user_id": 7})


def count(connection):
    return connection.execute(select(func.count()).select_from(LoginSession)).scalar()


def play(main):
    return asyncio.run(asyncio.wait_for(main(), 20))


def test_changes_of_other_tasks_do_not_join_a_unit(database):
    others = []

    async def main():
        async def change():
            async with database.unit():
                await database.write(remember("a"))
                others.append(asyncio.create_task(database.write(remember("b"))))
                await asyncio.sleep(0.01)
                assert not others[0].done()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        await others[0]
        return await database.read(count)

    assert play(main) == 1


def test_a_task_that_outlives_its_unit_gets_its_own_transactions(database):
    async def main():
        over = asyncio.Event()

        async def later():
            await over.wait()
            assert current() is None
            await database.write(remember("b"))

        async with database.unit():
            task = asyncio.create_task(later())
            await database.write(remember("a"))
        over.set()
        await task
        return await database.read(count)

    assert play(main) == 2


def test_a_unit_that_changes_nothing_locks_nothing(file):
    async def main():
        async with file.unit():
            await file.read(count)
            with sqlite3.connect(file.engine.url.database, timeout=0) as other:
                other.execute("BEGIN EXCLUSIVE")
                other.execute("ROLLBACK")
            other.close()

    play(main)


def test_more_concurrent_units_than_connections_and_threads_all_finish(file):
    async def change(n):
        async with file.unit():
            await file.read(count)
            await file.write(remember(f"first {n}"))
            await asyncio.sleep(0)
            await file.write(remember(f"second {n}"))

    async def main():
        await asyncio.gather(*(change(n) for n in range(60)), *(file.write(remember(f"alone {n}")) for n in range(60)))
        return await file.read(count)

    assert play(main) == 180


@pytest.mark.parametrize("when", range(6))
def test_a_cancelled_unit_leaves_no_change_and_releases_the_lock(database, when):
    async def change():
        async with database.unit():
            await database.write(remember("a"))
            await asyncio.sleep(0.01)
            await database.write(remember("b"))
            await asyncio.sleep(1)

    async def main():
        task = asyncio.create_task(change())
        await asyncio.sleep(when * 0.004)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await database.write(remember("c"))
        return await database.read(count)

    assert play(main) == 1


def test_a_task_cancelled_during_a_query_waits_for_it_so_that_no_connection_is_used_twice(file):
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection):
        remember("a")(connection)
        begun.set()
        go_on.wait(10)

    async def main():
        async def change():
            async with file.unit():
                await file.write(slow)

        task = asyncio.create_task(change())
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await file.read(count)

    assert play(main) == 0


def test_one_database_serves_one_loop_after_another(database):
    async def main():
        async with database.unit():
            await database.write(remember(f"a {asyncio.get_running_loop().time()}"))
            waiting = asyncio.create_task(database.write(remember(f"b {asyncio.get_running_loop().time()}")))
            await asyncio.sleep(0.001)
        await waiting

    play(main)
    play(main)

    assert play(lambda: database.read(count)) == 4


def test_in_virtual_time_a_commit_takes_as_long_as_a_query():
    async def pause():
        await asyncio.sleep(30)

    async def main():
        database = Database(pause=pause)
        async with database.unit():
            await database.write(remember("a"))
            await database.write(remember("b"))
        database.close()
        return asyncio.get_running_loop().time()

    assert run(main()) == 90
