"""The worker: it calls the listener of a job and records the job as processed once."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.backend.events import AuthLogin, UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.storage.dialects import MAX_WAIT, DatabaseUnavailableError
from eventdemo.core.fates import Fate
from eventdemo.core.on_event import on_event
from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import Job
from tests.durable.virtual import Process, now, play

JOB = Job.of(UserSyncProfile(id="e1", user_id=7), "Sync.sync_profile")


class Sync:
    """A listener that emits in turn and fails the first `failures` times."""

    def __init__(self, bus, failures=0):
        self._bus = bus
        self._failures = failures
        self.calls = 0
        self.notified = []

    @on_event(UserSyncProfile)
    async def sync_profile(self, event):
        self.calls += 1
        await self._bus.emit_async(UserSyncTaskNotifications(user_id=event.user_id))
        if self.calls <= self._failures:
            raise ConnectionError("Oracle is unavailable")

    @on_event(UserSyncTaskNotifications)
    def notify(self, event):
        self.notified.append(event.user_id)


@pytest.fixture
def process():
    process = Process()
    yield process
    process.database.close()


def synced(process, **options):
    listener = Sync(process.bus, **options)
    process.bus.subscribe(listener)
    return listener


def test_a_redelivered_job_is_not_processed_again(process):
    listener = synced(process)

    async def main():
        for _ in range(3):
            await process.worker.handle(JOB)
        return await process.processed.count(), await process.processed.redeliveries(), await process.outbox.waiting()

    assert play(main) == (1, 2, 1)
    assert listener.calls == 1


def test_a_redelivered_job_is_logged(process, caplog):
    synced(process)

    async def main():
        for _ in range(2):
            await process.worker.handle(JOB)

    caplog.set_level("INFO")
    play(main)

    assert f"{JOB} was delivered again after it had been processed, and is skipped." in caplog.messages


def test_old_keys_are_forgotten(process):
    synced(process)
    later = JOB.model_copy(update={"id": "later"})

    async def main():
        await process.worker.handle(JOB)
        await asyncio.sleep(timedelta(days=2).total_seconds())
        await process.worker.handle(later)
        forgotten = await process.processed.forget(timedelta(days=1))
        return forgotten, [await process.processed.is_processed(job) for job in (JOB, later)]

    assert play(main) == (1, [False, True])


def test_the_follow_ups_of_a_job_that_two_workers_process_at_once_are_stored_once(process, caplog):
    listener = synced(process)

    async def main():
        await asyncio.gather(process.worker.handle(JOB), process.worker.handle(JOB))
        return await process.processed.count(), await process.processed.redeliveries(), await process.outbox.waiting()

    async def slowly():
        await asyncio.sleep(0.01)

    process.database._pause = slowly
    assert play(main) == (1, 1, 1)
    assert listener.calls == 2
    assert f"{JOB} was finished by another worker while it ran here, so it ran twice." in caplog.messages


def test_an_event_that_a_listener_emitted_before_it_failed_is_not_accepted(process):
    synced(process, failures=1)

    async def main():
        with pytest.raises(ConnectionError):
            await process.worker.handle(JOB)
        failed = await process.outbox.waiting()
        await process.worker.handle(JOB)
        return failed, await process.outbox.waiting()

    assert play(main) == (0, 1)


def test_events_from_the_tasks_of_a_listener_are_accepted_with_its_end(process):
    @process.bus.on(UserSyncProfile)
    async def fan_out(event):
        async with asyncio.TaskGroup() as group:
            for user_id in (1, 2):
                group.create_task(process.bus.emit_async(UserSyncTaskNotifications(user_id=user_id)))

    process.bus.on(UserSyncTaskNotifications, print)
    job = Job.of(UserSyncProfile(user_id=7), process.bus.listener_names[0])

    async def main():
        await process.worker.handle(job)
        return await process.outbox.waiting()

    assert play(main) == 2


def test_an_error_that_the_bus_would_only_log_causes_a_retry(process):
    class Audit:
        @on_event(AuthLogin)  # suppresses errors, as in Nest
        def record(self, event):
            raise ConnectionError

    process.bus.subscribe(Audit())

    async def main():
        with pytest.raises(ConnectionError):
            await process.worker.handle(Job.of(AuthLogin(user_id=7), *process.bus.listener_names))
        return await process.processed.count()

    assert play(main) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listener": "Sync.gone"}, r"No listener is named Sync\.gone\. Was it renamed"),
        ({"event": "user.gone"}, "There is no event named 'user.gone'"),
        ({"payload": {"id": "e1"}}, "The payload does not fit 'user.syncProfile'"),
    ],
)
def test_the_error_of_an_unprocessable_job_names_the_reason(process, change, reason):
    synced(process)

    async def main():
        with pytest.raises(UnprocessableJobError, match=reason):
            await process.worker.handle(JOB.model_copy(update=change))

    play(main)


def test_a_job_of_another_process_is_in_the_ledger_of_its_worker(process):
    synced(process)

    async def main():
        await process.worker.handle(JOB)
        await process.all_done()

    play(main)
    assert process.ledger.counts() == {Fate.DONE: 2}
    assert process.ledger.balanced


def test_an_event_that_is_emitted_again_after_its_job_was_processed_is_a_duplicate(process):
    synced(process)

    async def main():
        await process.worker.handle(JOB)
        await process.bus.emit_async(UserSyncProfile(id="e1", user_id=7))
        await process.worker.handle(JOB)
        await process.all_done()

    play(main)
    assert process.ledger.counts() == {Fate.DONE: 2, Fate.DUPLICATE: 1}
    assert process.ledger.balanced


def test_a_job_that_another_process_takes_ends_as_accepted_in_the_emitters_ledger(process):
    synced(process)

    async def main():
        await process.bus.emit_async(UserSyncProfile(user_id=7))
        assert not process.ledger.balanced
        process.bus.pending.close(process.bus)

    play(main)
    assert process.ledger.counts() == {Fate.ACCEPTED: 1}
    assert process.ledger.balanced


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_each_job_has_its_effect_once_however_often_it_is_delivered(deliveries):
    process = Process()
    listener = synced(process)
    jobs = {id_: Job.of(UserSyncProfile(id=id_, user_id=7), "Sync.sync_profile") for id_ in "abc"}

    async def main():
        for id_ in deliveries:
            await process.worker.handle(jobs[id_])
        await process.all_done()
        return await process.processed.redeliveries()

    assert play(main) == len(deliveries) - len(set(deliveries))
    assert listener.calls == len(listener.notified) == len(set(deliveries))
    process.database.close()


LOCKED = "Another process has locked the database: try again later."


async def attempts_while_locked(process, *, for_all, seconds=60):
    """Process a job whose database is locked for a while; return when it was attempted, and the dead letters."""
    attempts = []

    async def update(event):
        attempts.append(now())
        if now() < seconds:
            await asyncio.sleep(MAX_WAIT)
            raise DatabaseUnavailableError(LOCKED, OSError(), for_all=for_all)

    process.bus.on(AuthLogin, update)
    await process.bus.emit_async(AuthLogin(id="e7", user_id=7))
    await process.all_done()
    return attempts, await process.engine.dead_letters()


def test_while_the_whole_database_is_locked_a_job_waits_and_uses_up_no_attempt(process, caplog):
    attempts, letters = play(attempts_while_locked, process, for_all=True, seconds=900)

    assert (len(attempts) > 3, attempts[-1] >= 900, letters) == (True, True, [])


def test_a_job_that_waits_for_the_database_is_logged_with_its_name_each_minute(process, caplog):
    play(attempts_while_locked, process, for_all=True, seconds=130)

    job = f"{process.bus.listener_names[0]} for auth.login (job "
    logged = [record.getMessage() for record in caplog.records if record.getMessage().startswith(job)]
    assert [line.partition(") ")[2].partition(":")[0] for line in logged] == [
        "waits for the database",
        "waits for the database (66 s so far)",
        "waits for the database (126 s so far)",
        "could reach the database again, after 131 s.",
    ]


def test_while_a_job_waits_for_the_database_its_worker_can_be_stopped_at_once(process):
    async def update(event):
        raise DatabaseUnavailableError(LOCKED, OSError(), for_all=True)

    async def main():
        process.bus.on(AuthLogin, update)
        await process.bus.emit_async(AuthLogin(user_id=7))
        process.work()
        await asyncio.sleep(30)
        stopped_at = now()
        await process.stop()
        return now() - stopped_at, process._working.cancelled(), await process.outbox.waiting()

    assert play(main) == (0.0, True, 1)


def test_a_job_that_finds_one_row_locked_has_failed(process):
    attempts, (letter,) = play(attempts_while_locked, process, for_all=False)

    assert (attempts, letter.attempts) == ([0.0, 7.0, 16.0], 3)
