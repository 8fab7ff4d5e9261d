"""The outbox on PostgreSQL, with truly concurrent writers. Set `EVENTDEMO_POSTGRES` to the URL of a database."""

import asyncio
import os

import pytest
from sqlalchemy import delete

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store, TakenError
from eventdemo.durable import outbox_table, processed
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.virtual import Process

URL = os.environ.get("EVENTDEMO_POSTGRES", "")
USERS = 60
pytestmark = pytest.mark.skipif(
    not URL, reason="EVENTDEMO_POSTGRES is not set: postgresql+psycopg://user:password@host/name"
)


@pytest.fixture
def processes():
    databases = [Database(URL) for _ in range(3)]
    processes = [
        Process(each, policy=RetryPolicy(concurrency=4, first_delay=0.1), poll_interval=0.05) for each in databases
    ]
    for table in (outbox_table.ROWS, processed.ROWS, User.__table__):
        databases[0].write_now(lambda c, table=table: c.execute(delete(table)))
    yield processes
    for database in databases:
        database.close()


def test_three_workers_process_each_job_and_its_follow_ups_once(processes):
    done, failed = [], set()
    for number, process in enumerate(processes):

        @process.bus.on(AuthLogin)
        async def follow(event, number=number, bus=process.bus):
            await asyncio.sleep(0.001)
            if event.user_id % 10 == 0 and event.user_id not in failed:
                failed.add(event.user_id)
                raise ConnectionError
            done.append((event.user_id, number))
            await bus.emit_async(AuthLogout(user_id=event.user_id))

        process.bus.on(AuthLogout, print)

    async def visit(number):
        async with processes[0].database.unit():
            await Store(processes[0].database).save_user(User(username=f"user {number}", organisation_id=1))
            processes[0].bus.emit(AuthLogin(user_id=number))

    async def main():
        await asyncio.gather(*map(visit, range(USERS)))
        for process in processes:
            process.work()
        await processes[0].until_idle(60)
        for process in processes:
            await process.stop()
        return await processes[0].processed.count(), await processes[0].processed.redeliveries()

    assert asyncio.run(main()) == (2 * USERS, 0)
    assert sorted(user_id for user_id, _ in done) == list(range(USERS))
    assert {number for _, number in done} == {0, 1, 2}


def test_a_refused_row_does_not_abort_its_unit_of_work(processes):
    database = processes[0].database
    store = Store(database)

    async def main():
        async with database.unit():
            await store.save_user(User(username="nadia", organisation_id=1))
            with pytest.raises(TakenError):
                await store.save_user(User(username="nadia", organisation_id=1))
            await store.save_user(User(username="omar", organisation_id=1))
        return [(await store.user_named(name)).username for name in ("nadia", "omar")]

    assert asyncio.run(main()) == ["nadia", "omar"]
