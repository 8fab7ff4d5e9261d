"""The five callers of the profile sync: each emits the same event, awaits the pipeline, and gets its error."""

import pytest

from eventdemo.backend.callers import NotAnEmployeeError
from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.services import ServiceUnavailable
from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.backend.storage.store import UnknownUserError
from mock_services import Constant, FaultPlan, Faults
from tests.backend.patterns.office import in_the_office, now, play

DOWN = FaultPlan(oracle_fusion=Faults(down=True))
FOUR = {
    "HTTP endpoint": lambda office, n: office.backend.profile_sync.from_http_endpoint(n),
    "admin panel": lambda office, n: office.backend.profile_sync.from_admin_panel([n]),
    "external call": lambda office, n: office.backend.profile_sync.from_external_api(name_of(office, n)),
    "command line": lambda office, n: office.backend.profile_sync.from_command_line(n),
}
FIVE = {"weekly job": lambda office, _: office.backend.weekly_sync.sync()} | FOUR


def name_of(office, n):
    return office.company.person(n).username if n <= office.company.users else "unknown.user"


@pytest.mark.parametrize("caller", FIVE)
@in_the_office(users=1, faults=FaultPlan(oracle_fusion=Faults(latency=Constant(500))))
async def test_each_of_the_five_emits_the_same_event_and_returns_when_the_sync_is_done(office, caller):
    await FIVE[caller](office, 1)

    profile_syncs = [event for event in office.diary.events if type(event) is UserSyncProfile]
    assert [event.user_id for event in profile_syncs] == [1]
    assert office.diary.names() == ["user.syncProfile", "user.sync.task.notifications"]
    assert (await office.store.user(1)).full_name == office.company.person(1).full_name
    assert now() >= 2


@pytest.mark.parametrize("caller", FOUR)
@in_the_office(faults=DOWN)
async def test_the_error_of_a_failed_sync_reaches_the_caller(office, caller):
    with pytest.raises(ExceptionGroup) as failed:
        await FOUR[caller](office, 7)

    assert [type(reason) for reason in leaf_exceptions(failed.value)] == [ServiceUnavailable]


@pytest.mark.parametrize("caller", FOUR)
@in_the_office()
async def test_a_vendor_has_no_profile_to_sync(office, caller):
    vendor = next(n for n in range(1, office.company.users) if not office.company.is_employee(n))

    with pytest.raises((NotAnEmployeeError, ExceptionGroup)) as refused:
        await FOUR[caller](office, vendor)

    assert [str(reason) for reason in leaf_exceptions(refused.value)] == [
        f"User {vendor} is not an employee, so Oracle Fusion has no profile to sync."
    ]
    assert office.diary.events == []


@pytest.mark.parametrize("caller", FOUR)
@in_the_office()
async def test_an_unknown_user_cannot_be_synced(office, caller):
    with pytest.raises((UnknownUserError, ExceptionGroup)) as refused:
        await FOUR[caller](office, 999)

    (reason,) = leaf_exceptions(refused.value)
    assert str(reason) in {"There is no user 999.", "There is no user named 'unknown.user'."}
    assert office.diary.events == []


@pytest.mark.parametrize("first_time", [True, False])
@in_the_office()
async def test_only_the_http_endpoint_passes_first_time(office, first_time):
    await office.backend.profile_sync.from_http_endpoint(7, first_time=first_time)
    await office.backend.profile_sync.from_command_line(7)

    syncs = [event.first_time for event in office.diary.events if type(event) is UserSyncProfile]
    assert syncs == [first_time, False]


def test_one_failure_does_not_stop_the_other_syncs_of_an_admin():
    async def scenario(office):
        with pytest.raises(ExceptionGroup, match="2 of 5 profiles were not synced") as failed:
            await office.backend.profile_sync.from_admin_panel([1, 998, 2, 999, 3])

        assert [str(reason) for reason in leaf_exceptions(failed.value)] == [
            "There is no user 998.",
            "There is no user 999.",
        ]
        synced = [event.user_id for event in office.diary.events if type(event) is UserSyncProfile]
        assert synced == [1, 2, 3]

    play(scenario)


@in_the_office()
async def test_an_admin_who_picks_no_users_changes_nothing(office):
    await office.backend.profile_sync.from_admin_panel([])

    assert office.diary.events == []
