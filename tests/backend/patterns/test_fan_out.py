"""Fan-out: both jobs visit every employee once, page by page, and one user's failure is that user's alone."""

import logging
from collections import Counter
from datetime import timedelta

import pytest

from eventdemo.backend.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.patterns.fan_out import PAGE_SIZE, every_employee
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import UnknownUserError
from eventdemo.simulate.virtual_time import START
from mock_services import Constant, FaultPlan, Faults
from tests.backend.patterns.office import in_the_office, now, play

THREE_PAGES = 2 * PAGE_SIZE + 20
JOBS = {
    "poll": (lambda office: office.backend.poll.poll(), UserSyncTaskNotifications, "last_checked", "last_synced"),
    "weekly": (lambda office: office.backend.weekly_sync.sync(), UserSyncProfile, "last_synced", "last_checked"),
}
both_jobs = pytest.mark.parametrize("job", JOBS)


def employees(office):
    return list(filter(office.company.is_employee, range(1, office.company.users + 1)))


def visited(office, event):
    return [emitted.user_id for emitted in office.diary.events if type(emitted) is event]


async def dates(office, which):
    return {n: getattr(await office.store.user(n), which) for n in range(1, office.company.users + 1)}


@both_jobs
@in_the_office(users=THREE_PAGES)
async def test_a_job_visits_every_employee_once_over_any_number_of_pages(office, job):
    run, event, _, _ = JOBS[job]

    await run(office)

    assert visited(office, event) == employees(office)
    assert len(employees(office)) > 2 * PAGE_SIZE


@pytest.mark.parametrize("users", [1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE])
def test_a_page_that_is_just_full_skips_no_employee(users):
    async def scene(office):
        assert [n async for n in every_employee(office.store)] == employees(office)

    play(scene, users=users, vendor_share=0)


@both_jobs
@in_the_office(users=THREE_PAGES)
async def test_a_job_visits_no_vendor_and_no_deleted_user(office, job):
    run, event, _, _ = JOBS[job]
    await office.backend.users.delete(7)

    await run(office)

    assert set(visited(office, event)) == set(employees(office)) - {7}
    assert len(employees(office)) < THREE_PAGES


@both_jobs
@in_the_office(users=THREE_PAGES)
async def test_whatever_changes_meanwhile_no_user_is_skipped_or_visited_twice(office, job):
    run, event, _, _ = JOBS[job]
    hired, fired = [], [n for n in employees(office) if n > 2 * PAGE_SIZE][::3]

    async def change_rows(emitted):
        if emitted.user_id == 5:
            for n in fired:
                await office.backend.users.delete(n)
        if emitted.user_id == 60:
            person = await office.backend.users.save(User(username="new.hire", organisation_id=1, is_active=False))
            hired.append(person.id)
            await office.store.mark_synced(3, START + timedelta(days=1))

    office.bus.on(event, change_rows)
    await run(office)

    assert visited(office, event) == [n for n in employees(office) if n not in fired]


@in_the_office(users=THREE_PAGES, vendor_share=0)
async def test_an_employee_who_is_hired_during_a_poll_is_visited_by_the_same_poll(office):
    async def hire(emitted):
        if emitted.user_id == 60:
            await office.backend.users.save(User(username="new.hire", organisation_id=1))

    office.bus.on(UserSyncTaskNotifications, hire)
    await office.backend.poll.poll()

    assert visited(office, UserSyncTaskNotifications) == [*employees(office), THREE_PAGES + 1]


@both_jobs
@in_the_office()
async def test_each_job_moves_its_own_date_and_not_the_other_s(office, job):
    run, _, moved, untouched = JOBS[job]

    await run(office)

    assert {n for n, date in (await dates(office, moved)).items() if date} == set(employees(office))
    assert set((await dates(office, untouched)).values()) == {None}


@in_the_office(faults=FaultPlan(oracle_fusion=Faults(latency=Constant(1000))), users=4)
async def test_a_user_s_date_is_the_moment_when_that_user_was_done(office):
    await office.backend.poll.poll()

    # One second each for Oracle's answer, and before that for the first token of each organisation.
    assert await dates(office, "last_checked") == {n: START + timedelta(seconds=2 * n) for n in (1, 2, 3)} | {
        4: START + timedelta(seconds=7)
    }
    assert now() == 7


@both_jobs
def test_one_failing_user_stops_no_other_and_stays_due(job, caplog):
    run, event, moved, _ = JOBS[job]

    async def fail(emitted):
        if emitted.user_id == 7:
            raise UnknownUserError("Nadia is on another planet.")

    async def scene(office):
        office.bus.on(event, fail)
        await run(office)

        assert visited(office, event) == employees(office)
        assert {n for n, date in (await dates(office, moved)).items() if not date and n in employees(office)} == {7}

        office.bus.remove_listener(event, fail)
        await run(office)
        assert (await dates(office, moved))[7]

    play(scene)

    (record,) = [record for record in caplog.records if record.name.endswith("fan_out")]
    assert record.levelno == logging.WARNING
    assert record.getMessage() == "user 7 stays due: Nadia is on another planet."


@both_jobs
@in_the_office(faults=FaultPlan(yardi=Faults(error_rate=0.3)))
async def test_on_a_bad_day_those_who_failed_and_only_those_stay_due(office, job, caplog):
    run, event, moved, _ = JOBS[job]

    await run(office)

    due = {n for n, date in (await dates(office, moved)).items() if not date and n in employees(office)}
    logged = Counter(record.args[0] for record in caplog.records if record.name.endswith("fan_out"))
    assert due
    assert logged == dict.fromkeys(due, 1)
    assert visited(office, event) == employees(office)


@in_the_office(faults=FaultPlan(oracle_fusion=Faults(down=True)))
async def test_the_jobs_know_neither_oracle_nor_yardi_and_survive_both(office):
    office.bus.remove_all_listeners(UserSyncTaskNotifications.name)

    await office.backend.poll.poll()

    assert {n for n, date in (await dates(office, "last_checked")).items() if date} == set(employees(office))


def test_a_new_data_source_is_a_new_listener_and_no_change_to_the_job():
    found = []

    async def scene(office):
        office.bus.on(UserSyncTaskNotifications, lambda event: found.append(event.user_id))
        await office.backend.poll.poll()
        assert found == employees(office)

    play(scene)
