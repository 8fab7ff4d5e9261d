"""The outbox with truly concurrent workers and emitters, each with connections of its own, as in several processes."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event as hooks

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.backend.storage import unit_of_work
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store, TakenError
from eventdemo.durable import outbox_table as table
from eventdemo.durable.jobs import Job, RetryPolicy
from tests.durable.virtual import Process

USERS = 30


@pytest.fixture(params=["file", "postgresql", "mariadb"])
def url(request, url_on, tmp_path):
    return f"sqlite:///{tmp_path / 'outbox.sqlite'}" if request.param == "file" else url_on(request.param)


@pytest.fixture
def processes(url):
    databases = [Database(url) for _ in range(3)]
    yield [Process(each, policy=RetryPolicy(concurrency=4, first_delay=0.1), poll_interval=0.05) for each in databases]
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


def login(number):
    return Job.of(AuthLogin(id=f"e{number}", user_id=number), "mail")


def numbers(leases):
    return [lease.job.payload["user_id"] for lease in leases]


def before(database, statement, action):
    """Call `action` whenever the database is about to run a statement."""
    hooks.listen(database.engine, "before_execute", lambda _, each, *__: each is statement and action())


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_two_workers_that_look_at_the_same_moment_find_different_jobs(processes):
    one, other, _ = (process.outbox for process in processes)
    found_by_other = []
    before(one.database, table.LEASE, lambda: found_by_other.extend(asyncio.run(other.lease({"mail": 1}, 10))))

    async def main():
        await one.database.write(one.writer([login(1), login(2)]))
        return numbers(await one.lease({"mail": 1}, 10))

    assert asyncio.run(main()) == [1]
    assert numbers(found_by_other) == [2]


def test_an_event_that_two_processes_accept_at_the_same_moment_is_one_job(processes):
    one, other, _ = (process.outbox for process in processes)
    about_to_insert = threading.Event()
    before(other.database, table.insert_new(other.database.engine.dialect.name), about_to_insert.set)

    async def accept():
        async with other.database.unit():
            unit_of_work.current().before_commit(other.writer([login(7), login(8)]))

    with ThreadPoolExecutor() as threads:
        with one.database.engine.begin() as uncommitted:
            one.writer([login(6), login(7)])(uncommitted)
            accepting = threads.submit(asyncio.run, accept())
            assert about_to_insert.wait(20)
        accepting.result()

    assert numbers(asyncio.run(one.lease({"mail": 9}, 10))) == [6, 7, 8]


def test_events_keep_their_order_if_the_first_is_committed_before_the_second_is_emitted(processes):
    """Even across processes; and each process commits one unit after another, so its own events keep their order."""
    one, other, worker = (process.outbox for process in processes)

    async def main():
        for number, emitter in enumerate([one, other, other, one, other, one]):
            await emitter.database.write(emitter.writer([login(number)]))
        return numbers(await worker.lease({"mail": 9}, 10))

    assert asyncio.run(main()) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_of_two_processes_units_at_the_same_time_the_one_that_commits_first_is_processed_first(processes):
    """Its event was emitted second. On SQLite, only one process at a time changes anything."""
    one, other, worker = (process.outbox for process in processes)
    leased = []

    async def main():
        with one.database.engine.begin() as uncommitted:
            one.writer([login(1)])(uncommitted)
            await other.database.write(other.writer([login(2)]))
            leased.append(numbers(await worker.lease({"mail": 9}, 10)))
        leased.append(numbers(await worker.lease({"mail": 9}, 10)))

    asyncio.run(main())
    assert leased == [[2], [1]]
