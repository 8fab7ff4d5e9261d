"""Concurrent units of work, and cancelled ones: no task waits for longer than necessary."""

import asyncio
import sqlite3
import threading

import pytest

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.unit_of_work import current
from eventdemo.simulate.virtual_time import run
from tests.backend.storage.sessions import add_session, count


def run_main(main):
    return asyncio.run(asyncio.wait_for(main(), 20))


def test_changes_of_other_tasks_do_not_join_a_unit(database):
    others = []

    async def main():
        async def change():
            async with database.unit():
                await database.write(add_session("a"))
                others.append(asyncio.create_task(database.write(add_session("b"))))
                await asyncio.sleep(0.01)
                assert not others[0].done()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        await others[0]
        return await database.read(count)

    assert run_main(main) == 1


def test_a_task_that_outlives_its_unit_gets_its_own_transactions(database):
    async def main():
        over = asyncio.Event()

        async def later():
            await over.wait()
            assert current() is None
            await database.write(add_session("b"))

        async with database.unit():
            task = asyncio.create_task(later())
            await database.write(add_session("a"))
        over.set()
        await task
        return await database.read(count)

    assert run_main(main) == 2


def test_a_unit_that_changes_nothing_locks_nothing(database_file):
    async def main():
        async with database_file.unit():
            await database_file.read(count)
            with sqlite3.connect(database_file.engine.url.database, timeout=0) as other:
                other.execute("BEGIN EXCLUSIVE")
                other.execute("ROLLBACK")
            other.close()

    run_main(main)


def test_more_concurrent_units_than_connections_and_threads_all_finish(database_file):
    async def change(n):
        async with database_file.unit():
            await database_file.read(count)
            await database_file.write(add_session(f"first {n}"))
            await asyncio.sleep(0)
            await database_file.write(add_session(f"second {n}"))

    async def main():
        await asyncio.gather(
            *(change(n) for n in range(60)), *(database_file.write(add_session(f"alone {n}")) for n in range(60))
        )
        return await database_file.read(count)

    assert run_main(main) == 180


@pytest.mark.parametrize("when", range(6))
def test_a_cancelled_unit_leaves_no_change_and_releases_the_lock(database, when):
    async def change():
        async with database.unit():
            await database.write(add_session("a"))
            await asyncio.sleep(0.01)
            await database.write(add_session("b"))
            await asyncio.sleep(1)

    async def main():
        task = asyncio.create_task(change())
        await asyncio.sleep(when * 0.004)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await database.write(add_session("c"))
        return await database.read(count)

    assert run_main(main) == 1


def test_a_task_cancelled_during_a_query_waits_for_it_so_that_no_connection_is_used_twice(database_file):
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection):
        add_session("a")(connection)
        begun.set()
        go_on.wait(10)

    async def main():
        async def change():
            async with database_file.unit():
                await database_file.write(slow)

        task = asyncio.create_task(change())
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await database_file.read(count)

    assert run_main(main) == 0


def test_one_database_serves_one_loop_after_another(database):
    async def main():
        async with database.unit():
            await database.write(add_session(f"a {asyncio.get_running_loop().time()}"))
            waiting = asyncio.create_task(database.write(add_session(f"b {asyncio.get_running_loop().time()}")))
            await asyncio.sleep(0.001)
        await waiting

    run_main(main)
    run_main(main)

    assert run_main(lambda: database.read(count)) == 4


def test_in_virtual_time_a_commit_takes_as_long_as_a_query():
    async def pause():
        await asyncio.sleep(30)

    async def main():
        database = Database(pause=pause)
        async with database.unit():
            await database.write(add_session("a"))
            await database.write(add_session("b"))
        database.close()
        return asyncio.get_running_loop().time()

    assert run(main()) == 90
