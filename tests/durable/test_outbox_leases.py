"""Several workers on one outbox: a lease keeps a job for one of them, and expires if that one is slow or dead."""

import asyncio

import pytest
from sqlalchemy import event as hooks

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.durable import outbox_table as table
from eventdemo.durable.engine import MAX_REDELIVERIES
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.simulate import run
from tests.durable.virtual import Process, accept, logins, now, play


def test_several_workers_share_the_jobs_and_process_each_once():
    database = Database()
    processes = [Process(database) for _ in range(3)]
    done = []
    for number, process in enumerate(processes):

        @process.bus.on(AuthLogin)
        async def do(event, number=number):
            await asyncio.sleep(1)
            done.append((event.user_id, number))

    async def main():
        await accept(processes[0], *range(9))
        for process in processes:
            process.work()
        await processes[0].until_idle()
        return now()

    assert play(main) < 3.5
    assert sorted(user_id for user_id, _ in done) == list(range(9))
    assert {number for _, number in done} == {0, 1, 2}
    database.close()


def test_a_stopped_worker_releases_its_jobs_immediately(process):
    started = []

    @process.bus.on(AuthLogin)
    async def dawdle(event):
        started.append(now())
        await asyncio.sleep(10 if len(started) == 1 else 0)

    async def main():
        await accept(process, 7)
        process.work()
        await asyncio.sleep(1)
        await process.stop()
        await process.all_done()

    play(main)
    assert started == [0.0, 1.0]


def test_a_retried_dead_letter_is_processed_at_once_not_at_the_next_poll():
    process = Process(policy=RetryPolicy(attempts=1), poll_interval=60.0)
    started = []

    @process.bus.on(AuthLogin)
    async def fail_once(event):
        started.append(now())
        if len(started) == 1:
            raise ConnectionError

    async def main():
        await accept(process, 7)
        process.work()
        await asyncio.sleep(1)
        await process.outbox.retry([letter.job.id for letter in await process.outbox.dead_letters()])
        await asyncio.sleep(1)
        await process.stop()

    play(main)
    assert started == [0.0, 1.0]
    process.database.close()


def test_a_running_worker_keeps_its_lease_on_a_long_job():
    database = Database()
    one, other = Process(database, lease_seconds=3.0), Process(database, lease_seconds=3.0)
    started = []
    for process in (one, other):

        @process.bus.on(AuthLogin)
        async def take_long(event):
            started.append(now())
            await asyncio.sleep(60)

    async def main():
        await accept(one, 7)
        one.work()
        other.work()
        await one.until_idle()

    play(main)
    assert started == [0.0]
    database.close()


def test_a_job_that_blocks_the_event_loop_longer_than_its_lease_runs_twice_and_counts_once():
    """As with every engine: a listener that blocks the event loop also blocks the renewal of its lease."""
    database = Database()
    one, other = (Process(database, lease_seconds=30.0) for _ in range(2))
    started = []

    def block(event):
        started.append("one")
        virtual = asyncio.get_running_loop().clock
        virtual.time += 60
        run(other.all_done(), virtual)  # the other process continues while this one is blocked

    def finish(event):
        started.append("other")

    finish.__qualname__ = block.__qualname__
    one.bus.on(AuthLogin, block)
    other.bus.on(AuthLogin, finish)

    async def main():
        await accept(one, 7)
        one.work()
        await one.until_idle()
        await asyncio.sleep(1)
        return await one.processed.count(), await one.processed.redeliveries()

    assert play(main) == (1, 1)
    assert started == ["one", "other"]
    database.close()


@pytest.mark.parametrize(
    ("deaths", "reasons"), [(MAX_REDELIVERIES, []), (MAX_REDELIVERIES + 1, [MAX_REDELIVERIES + 1])]
)
def test_a_job_whose_workers_keep_dying_is_dead_lettered(process, deaths, reasons):
    process.bus.on(AuthLogin, print)
    lease = process.outbox.lease

    async def main():
        await accept(process, 7)
        for _ in range(deaths):
            assert await lease({"print": 1}, 1.0)
            await asyncio.sleep(1.5)  # and its worker has died
        await process.all_done()
        return await process.engine.dead_letters()

    assert [letter.reason for letter in play(main)] == [
        f"{number} workers died or were too slow while processing this job" for number in reasons
    ]


def test_an_expired_lease_cannot_change_a_job_that_another_worker_holds(process):
    process.bus.on(AuthLogin, print)

    async def main():
        await accept(process, 7)
        (slow,) = await process.outbox.lease({"print": 1}, 1.0)
        await asyncio.sleep(2)
        (fast,) = await process.outbox.lease({"print": 1}, 1.0)
        await process.outbox.complete([slow])
        await process.outbox.dead_letter(slow, "too slow")
        before = await process.outbox.waiting()
        await process.outbox.complete([fast])
        return before, await process.outbox.waiting()

    assert play(main) == (1, 0)


def test_of_several_leases_only_those_that_another_worker_took_are_lost(process):
    process.bus.on(AuthLogin, print)

    async def main():
        await accept(process, 1, 2)
        slow = await process.outbox.lease({"print": 2}, 1.0)
        await asyncio.sleep(2)
        (fast,) = await process.outbox.lease({"print": 1}, 1.0)
        lost = await process.outbox.renew(slow, 10.0)
        await process.outbox.complete(slow)
        return fast.job, [lease.job for lease in lost], await process.outbox.waiting()

    taken, lost, waiting = play(main)
    assert lost == [taken]
    assert waiting == 1


def test_the_next_job_is_due_when_it_waits_until_then_or_when_its_lease_expires(process):
    process.bus.on(AuthLogin, print)

    async def main():
        began, outbox = clock.now(), process.outbox
        due = [await outbox.next_due(["print"])]
        await accept(process, 7)
        (lease,) = await outbox.lease({"print": 1}, 9.0)
        due.append(await outbox.next_due(["print"]))
        await outbox.retry_later(lease, "no line", 20.0)
        due.append(await outbox.next_due(["print"]))
        return [each and round((each - began).total_seconds()) for each in due], await outbox.next_due(["another"])

    assert play(main) == ([None, 9, 20], None)


def test_a_lease_ends_at_its_last_moment_and_a_retried_dead_letter_has_lost_no_lease(process):
    process.bus.on(AuthLogin, print)

    async def main():
        outbox = process.outbox
        await accept(process, 7)
        (first,) = await outbox.lease({"print": 1}, 9.0)
        await asyncio.sleep(9)
        (second,) = await outbox.lease({"print": 1}, 9.0)
        await outbox.dead_letter(second, "too slow")
        await outbox.retry([second.job.id])
        (third,) = await outbox.lease({"print": 1}, 9.0)
        return [lease.expired for lease in (first, second, third)]

    assert play(main) == [0, 1, 0]


def test_jobs_for_an_unknown_listener_wait_and_are_listed_as_orphans(process):
    process.bus.on(AuthLogin, print)

    async def main():
        await process.engine.publish([Job.of(event, "Renamed.listener") for event in logins(1, 2)])
        await accept(process, 3)
        process.work()
        await asyncio.sleep(5)
        return await process.outbox.waiting(), await process.outbox.orphans(process.bus.listener_names)

    assert play(main) == (2, {"Renamed.listener": 2})


def test_a_worker_waits_for_an_unavailable_database(process, caplog):
    done = []
    process.bus.on(AuthLogin, lambda event: done.append(now()))

    async def main():
        await accept(process, 7)
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE outbox RENAME TO away"))
        process.work()
        await asyncio.sleep(5)
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE away RENAME TO outbox"))
        await process.until_idle()

    play(main)
    assert len(done) == 1
    assert done[0] >= 5
    assert "The outbox cannot be read: " in caplog.text
    assert "The outbox can be read again" in caplog.text


@pytest.mark.parametrize(("outcome", "dead", "waiting"), [("dead_letter", 1, 0), ("retry_later", 0, 1)])
def test_a_job_that_another_worker_fails_between_finding_and_leasing_it_is_not_leased(tmp_path, outcome, dead, waiting):
    slow, fast = (Database(f"sqlite:///{tmp_path / 'outbox.sqlite'}") for _ in range(2))
    arguments = {"dead_letter": ("no",), "retry_later": ("no", 60.0)}[outcome]

    async def fail_first():
        outbox = Outbox(fast)
        (lease,) = await outbox.lease({"mail": 1}, 10)
        await getattr(outbox, outcome)(lease, *arguments)

    def overtake(_, statement, *__):
        if statement is table.LEASE:
            asyncio.run(fail_first())

    async def main():
        outbox = Outbox(slow)
        await slow.write(outbox.writer([Job.of(*logins(1), "mail")]))
        hooks.listen(slow.engine, "before_execute", overtake)
        leases = await outbox.lease({"mail": 1}, 10)
        await outbox.complete(leases)
        return leases, len(await outbox.dead_letters()), await outbox.waiting()

    assert asyncio.run(main()) == ([], dead, waiting)
    slow.engine.dispose()
    fast.engine.dispose()
