"""What goes wrong with a job is logged with its listener, its event and its id; what goes well is not."""

import asyncio

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import DatabaseUnavailableError
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import TAKEN
from eventdemo.durable.outbox_engine import OutboxEngine
from tests.durable.virtual import Process, play

NAME = "mail for auth.login (job mail-e7)"
JOB = Job.of(AuthLogin(id="e7", user_id=7), "mail")


@pytest.fixture
def process():
    process = Process()
    yield process
    process.database.close()


def lines(caplog):
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def engine_of(process, **options):
    policy = RetryPolicy(attempts=2, first_delay=3.0)
    return OutboxEngine(policies={"mail": policy}, outbox=process.outbox, lease_seconds=9.0, **options)


async def working(process, handle, seconds):
    """Let a worker process the job for a while."""
    engine = engine_of(process)
    await engine.publish([JOB])
    work = asyncio.create_task(engine.work(handle))
    await asyncio.sleep(seconds)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def fail(_):
    raise ConnectionError("no line")


def test_a_failed_attempt_and_a_dead_letter_are_logged(process, caplog):
    play(working, process, fail, 10)

    assert lines(caplog) == [
        ("WARNING", f"{NAME} failed (attempt 1 of 2) and is retried in 3 s: ConnectionError: no line"),
        ("ERROR", f"{NAME} is a dead letter after 2 failed attempts: ConnectionError: no line"),
    ]


@pytest.mark.parametrize("seconds", [0, 1, 8, 20])
def test_a_job_that_is_done_or_returned_in_time_is_not_logged(process, caplog, seconds):
    async def handle(_):
        await asyncio.sleep(8)  # longer than the time between two renewals

    play(working, process, handle, seconds)

    assert lines(caplog) == []


@pytest.mark.parametrize("outcome", ["complete", "fail"])
def test_an_outcome_that_comes_after_another_worker_took_the_job_is_logged_and_does_not_count(process, caplog, outcome):
    buried = []

    async def main():
        engine = engine_of(process, on_dead_letter=buried.append)
        await engine.publish([JOB])
        (late,) = await process.outbox.lease({"mail": 1}, 1.0)
        await asyncio.sleep(2)
        (current,) = await process.outbox.lease({"mail": 1}, 1.0)
        if outcome == "complete":
            await process.outbox.complete([late])
        else:
            await engine._dead_letter(late, "no line")
        return await process.outbox.dead_letters(), await process.outbox.waiting(), current.job == JOB

    assert play(main) == ([], 1, True)
    reason = " The error was: no line" if outcome == "fail" else ""
    verb = {"complete": "was completed", "fail": "failed"}[outcome]
    assert lines(caplog) == [("WARNING", f"{NAME} {verb} too late: {TAKEN}{reason}")]
    assert buried == []


def test_a_lease_that_was_lost_while_its_job_runs_is_logged_once(process, caplog):
    async def take_over(_):
        await asyncio.sleep(0)
        process.database.transact(lambda c: c.exec_driver_sql("UPDATE outbox SET leased_by = 'another'"))
        await asyncio.sleep(20)

    play(working, process, take_over, 12)

    assert lines(caplog) == [("WARNING", f"{NAME} is still running, but its lease expired and another worker took it.")]


def test_a_lease_that_cannot_be_renewed_is_logged(process, caplog):
    async def lose_the_table(_):
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE outbox RENAME TO away"))
        await asyncio.sleep(4)
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE away RENAME TO outbox"))

    play(working, process, lose_the_table, 5)

    assert "The leases of running jobs cannot be renewed, and may expire: " in caplog.text


async def stopped_while_locked(process, *, locked_for):
    """Stop a worker that has been unable to write to its outbox for some seconds; return what it tried to write."""
    tried = []

    async def write(work):
        tried.append(work)
        raise DatabaseUnavailableError("locked", OSError(), for_all=True)

    async def lock(_):
        process.database.write = write
        await asyncio.sleep(100)

    engine = engine_of(process)
    await engine.publish([JOB])
    work = asyncio.create_task(engine.work(lock))
    await asyncio.sleep(locked_for)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert work.cancelled()
    return len(tried)


def test_a_worker_that_is_stopped_while_its_outbox_is_locked_ends_in_order(process, caplog):
    assert play(stopped_while_locked, process, locked_for=2) == 1
    assert lines(caplog) == [
        ("WARNING", "Unfinished jobs could not be released, and wait until their leases expire: locked")
    ]


def test_a_worker_that_could_not_renew_its_leases_does_not_try_to_release_them(process, caplog):
    assert play(stopped_while_locked, process, locked_for=4) == 1
    assert [line for _, line in lines(caplog)] == [
        "The leases of running jobs cannot be renewed, and may expire: locked"
    ]


def test_a_lease_is_renewed_after_a_renewal_that_failed(process):
    started = []

    async def lose_the_table(job):
        started.append(job.id)
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE outbox RENAME TO away"))
        await asyncio.sleep(4)
        process.database.transact(lambda c: c.exec_driver_sql("ALTER TABLE away RENAME TO outbox"))
        await asyncio.sleep(16)

    async def main():
        await asyncio.gather(*(working(process, lose_the_table, 19) for _ in range(2)))

    play(main)
    assert started == [JOB.id]


def test_a_job_that_another_worker_finished_first_is_logged(caplog):
    database = Database()
    one, other = Process(database), Process(database)

    @one.bus.on(AuthLogin)
    async def mail(event):
        if not started:
            started.append(event)
            await other.worker.handle(job)

    other.bus.on(AuthLogin, mail)
    started, job = [], Job.of(AuthLogin(id="e7", user_id=7), one.bus.listener_names[0])

    play(one.worker.handle, job)

    assert lines(caplog) == [("WARNING", f"{job} was finished by another worker while it ran here, so it ran twice.")]
    database.close()
