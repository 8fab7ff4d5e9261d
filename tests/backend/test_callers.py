"""The five callers of the profile sync: all emit the one event, wait for the pipeline, and hear of its failure."""

import pytest

from eventdemo.backend.callers import NotAnEmployeeError
from eventdemo.backend.services import ServiceUnavailable
from eventdemo.backend.storage.store import UnknownUserError
from eventdemo.core.events import UserSyncProfile
from eventdemo.core.results import leaf_exceptions
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
    return office.company.person(n).username if n <= office.company.users else "nobody.at.all"


@pytest.mark.parametrize("caller", FIVE)
@in_the_office(users=1, faults=FaultPlan(oracle_fusion=Faults(latency=Constant(500))))
async def test_each_of_the_five_emits_the_one_event_and_returns_when_all_of_it_is_done(office, caller):
    await FIVE[caller](office, 1)

    profile_syncs = [event for event in office.diary.events if type(event) is UserSyncProfile]
    assert [event.user_id for event in profile_syncs] == [1]
    assert office.diary.names() == ["user.syncProfile", "user.sync.task.notifications"]
    assert (await office.store.user(1)).full_name == office.company.person(1).full_name
    assert now() >= 2


@pytest.mark.parametrize("caller", FOUR)
@in_the_office(faults=DOWN)
async def test_a_caller_hears_that_the_sync_failed(office, caller):
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
async def test_nobody_syncs_whom_nobody_knows(office, caller):
    with pytest.raises((UnknownUserError, ExceptionGroup)) as refused:
        await FOUR[caller](office, 999)

    (reason,) = leaf_exceptions(refused.value)
    assert str(reason) in {"There is no user 999.", "There is no user named 'nobody.at.all'."}
    assert office.diary.events == []


@pytest.mark.parametrize("first_time", [True, False])
@in_the_office()
async def test_only_the_http_endpoint_knows_whether_it_is_the_first_time(office, first_time):
    await office.backend.profile_sync.from_http_endpoint(7, first_time=first_time)
    await office.backend.profile_sync.from_command_line(7)

    syncs = [event.first_time for event in office.diary.events if type(event) is UserSyncProfile]
    assert syncs == [first_time, False]


def test_of_those_an_admin_picks_one_failure_keeps_nobody_else_from_their_turn():
    async def scene(office):
        with pytest.raises(ExceptionGroup, match="2 of 5 profiles were not synced") as failed:
            await office.backend.profile_sync.from_admin_panel([1, 998, 2, 999, 3])

        assert [str(reason) for reason in leaf_exceptions(failed.value)] == [
            "There is no user 998.",
            "There is no user 999.",
        ]
        synced = [event.user_id for event in office.diary.events if type(event) is UserSyncProfile]
        assert synced == [1, 2, 3]

    play(scene)


@in_the_office()
async def test_an_admin_who_picks_nobody_changes_nothing(office):
    await office.backend.profile_sync.from_admin_panel([])

    assert office.diary.events == []
