"""Pattern 3: a profile sync is done before the tasks are looked for, and a caller that waits for it gets the errors."""

import asyncio

import pytest
from sqlalchemy import delete

from eventdemo.backend.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.services import ServiceUnavailable
from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.backend.storage.model import YARDI, IntegrationDetails
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.simulate.strategies import runner
from mock_services import Constant, FaultPlan, Faults
from tests.backend.patterns.office import in_the_office, now, play

SLOW = FaultPlan(oracle_fusion=Faults(latency=Constant(100)), yardi=Faults(latency=Constant(300)))
DOWN = Faults(down=True)
ORACLE_DOWN, YARDI_DOWN, FCM_DOWN = FaultPlan(oracle_fusion=DOWN), FaultPlan(yardi=DOWN), FaultPlan(fcm=DOWN)
TASK_LISTENERS = ["notify_procurement_tasks", "notify_hr_tasks", "notify_leasing_tasks"]


class Stages(Observer):
    """Writes down which listener starts when."""

    def __init__(self):
        self.started_at = {}

    def started(self, delivery):
        self.started_at[delivery.subscription.name] = now()


async def sync(office, user_id):
    await office.bus.emit_async(UserSyncProfile(user_id=user_id))


async def notified_tasks(office, user_id):
    return sorted((note.domain, note.task_id) for note in await office.store.notifications(user_id))


def waiting_for(office, user_id):
    desks = [office.company.pending_tasks(user_id, domain) for domain in ("procurement", "hr", "leasing")]
    return sorted((task.domain, task.id) for desk in desks for task in desk)


@in_the_office()
async def test_when_a_sync_returns_profile_and_tasks_are_there(office):
    user_id = office.with_task("procurement", "hr")
    person = office.company.person(user_id)

    await sync(office, user_id)

    user = await office.store.user(user_id)
    assert (user.full_name, user.job_title) == (person.full_name, person.job_title)
    assert user.line_manager == person.line_managers[0]
    assert await notified_tasks(office, user_id) == waiting_for(office, user_id)


@in_the_office()
async def test_the_person_at_the_top_has_no_line_manager(office):
    await sync(office, 1)

    assert (await office.store.user(1)).line_manager is None


@in_the_office()
async def test_a_line_manager_who_is_gone_from_oracle_is_gone_here_too(office):
    await office.store.save_line_manager(1, "former.employee")

    await sync(office, 1)

    assert (await office.store.user(1)).line_manager is None


@pytest.mark.parametrize("name", ["sequential", "awaited", "bounded:1", "bounded:8"])
def test_stage_two_never_starts_before_everything_of_stage_one_is_stored(name):
    stages, seen = Stages(), []

    async def scene(office):
        office.bus.observe(stages)

        async def look(event):
            seen.append(await office.store.user(event.user_id))

        office.bus.prepend_listener(UserSyncTaskNotifications, look)
        await sync(office, 7)
        await office.bus.drain()
        person = office.company.person(7)
        assert [(user.full_name, user.line_manager) for user in seen] == [(person.full_name, person.line_managers[0])]

    play(scene, bus=lambda: EventBus(strict=True, runner=runner(name)()), faults=SLOW)

    assert stages.started_at["sync_profile"] == 0
    assert min(stages.started_at[name] for name in TASK_LISTENERS) >= 0.3  # a token and two questions, 100 ms each


def test_the_three_task_listeners_run_side_by_side():
    stages = Stages()

    async def scene(office):
        office.bus.observe(stages)
        user = office.anyone(lambda n: not waiting_for(office, n))

        await office.bus.emit_async(UserSyncTaskNotifications(user_id=user))

        assert now() == 0.6  # Yardi's token and answer; Oracle's took 0.2 s meanwhile

    play(scene, faults=SLOW)

    assert stages.started_at == dict.fromkeys(TASK_LISTENERS, 0)


@pytest.mark.parametrize(
    ("faults", "service"), [(ORACLE_DOWN, "Oracle Fusion"), (YARDI_DOWN, "Yardi"), (FCM_DOWN, "Firebase")]
)
def test_a_failure_of_any_stage_reaches_the_awaiting_caller(faults, service):
    async def scene(office):
        user = office.anyone(office.company.devices, lambda n: waiting_for(office, n))
        with pytest.raises(ExceptionGroup) as failed:
            await sync(office, user)
        return leaf_exceptions(failed.value)

    for reason in play(scene, faults=faults):
        assert isinstance(reason, ServiceUnavailable)
        assert str(reason).startswith(service)


@pytest.mark.parametrize("faults", [ORACLE_DOWN, YARDI_DOWN])
@in_the_office()
async def test_a_failure_of_any_stage_marks_no_user_as_synced(office, faults):
    office.services.use(faults)

    await office.backend.weekly_sync.sync()

    users = [await office.store.user(n) for n in range(1, office.company.users + 1)]
    assert [user.last_synced for user in users] == [None] * len(users)


@in_the_office(faults=ORACLE_DOWN)
async def test_without_stage_one_there_is_no_stage_two(office):
    with pytest.raises(ExceptionGroup):
        await sync(office, 7)
    await office.bus.drain()

    assert office.diary.names() == ["user.syncProfile"]


@in_the_office(faults=YARDI_DOWN)
async def test_one_failing_domain_does_not_keep_the_others_from_their_tasks(office):
    user = office.with_task("procurement", "hr")

    with pytest.raises(ExceptionGroup):
        await sync(office, user)

    assert {domain for domain, _ in await notified_tasks(office, user)} == {"procurement", "hr"}


@in_the_office()
async def test_a_task_is_pushed_once_however_often_it_is_synced(office):
    user = office.anyone(office.company.devices, lambda n: waiting_for(office, n))

    for _ in range(3):
        await sync(office, user)

    assert await notified_tasks(office, user) == waiting_for(office, user)
    assert len(office.pushes) == len(waiting_for(office, user)) * len(office.tokens(user))


@in_the_office(faults=SLOW)
async def test_a_task_is_pushed_once_even_if_syncs_see_it_at_the_same_moment(office):
    user = office.anyone(office.company.devices, lambda n: waiting_for(office, n))

    await asyncio.gather(*(sync(office, user) for _ in range(5)))

    assert await notified_tasks(office, user) == waiting_for(office, user)
    assert len(office.pushes) == len(waiting_for(office, user)) * len(office.tokens(user))


@in_the_office()
async def test_a_task_is_pushed_to_every_device_that_is_logged_in(office):
    user = office.anyone(lambda n: len(office.company.devices(n)) > 1, lambda n: len(waiting_for(office, n)) == 1)

    await sync(office, user)

    assert office.pushes == [(token, "A task is waiting for you") for token in office.tokens(user)]


@in_the_office()
async def test_nothing_is_pushed_to_devices_that_are_logged_out(office):
    user = office.anyone(office.company.devices, lambda n: waiting_for(office, n))
    await office.store.log_out_devices(user)

    await sync(office, user)

    assert office.pushes == []
    assert await notified_tasks(office, user) == waiting_for(office, user)


@in_the_office(faults=FaultPlan(fcm=Faults(unregistered_rate=0.5)))
async def test_an_uninstalled_app_does_not_keep_a_task_from_the_other_devices(office):
    def gone(token):
        return office.services.fcm._device(token) is None

    user = office.anyone(
        lambda n: [gone(token) for token in office.tokens(n)][:2] == [True, False],
        lambda n: waiting_for(office, n),
    )

    await sync(office, user)

    assert {token for token, _ in office.pushes} == {token for token in office.tokens(user) if not gone(token)}


@in_the_office(faults=FCM_DOWN)
async def test_a_failed_push_is_not_recorded_and_the_next_sync_pushes_the_task(office):
    user = office.anyone(office.company.devices, lambda n: waiting_for(office, n))
    with pytest.raises(ExceptionGroup):
        await sync(office, user)
    assert await notified_tasks(office, user) == []

    office.services.use(FaultPlan())
    await sync(office, user)

    assert await notified_tasks(office, user) == waiting_for(office, user)
    assert len(office.pushes) == len(waiting_for(office, user)) * len(office.tokens(user))


@in_the_office()
async def test_the_error_for_an_organisation_without_yardi_names_yardi(office):
    await office.database.write(
        lambda c: c.execute(delete(IntegrationDetails).where(IntegrationDetails.system == YARDI))
    )

    with pytest.raises(ExceptionGroup) as failed:
        await sync(office, 7)

    assert [str(reason) for reason in leaf_exceptions(failed.value)] == [
        "User 7 is unknown, or their organisation has no yardi integration."
    ]
