"""The HTTP entry points for sessions and profiles, through the app itself and in virtual time."""

import pytest

from eventdemo.backend.events import UserSyncProfile
from mock_services import Constant, FaultPlan, Faults
from tests.backend.patterns.office import now
from tests.backend.web.client import ADMINS, KEY, bearer, browsing, detail_of, log_in

DOWN = FaultPlan(oracle_fusion=Faults(down=True), yardi=Faults(down=True), fcm=Faults(down=True))
SLOW = FaultPlan(oracle_fusion=Faults(latency=Constant(1000)), fcm=Faults(latency=Constant(1000)))
SUCCESS = {"status": "success"}
UNKNOWN = 999
BEYOND = 10**30


# Sessions; tests/backend/web/test_logging_in.py has the logins


@browsing(faults=SLOW)
async def test_logging_out_answers_before_topics_and_devices_are_gone(office, web):
    user = office.with_devices(2)

    response = await web.post("/auth/logout-mobile", headers=bearer(user))

    assert (response.status_code, response.json(), now()) == (200, SUCCESS, 0)
    assert office.topics_left(user)
    await office.bus.drain()
    assert office.topics_left(user) == []


@browsing()
async def test_a_session_is_invalid_after_logout(office, web):
    await web.post("/auth/logout-mobile", headers=bearer(7))

    detail_of(await web.post("/auth/logout-mobile", headers=bearer(7)), 401)


@browsing(faults=DOWN)
async def test_logging_in_and_out_works_although_firebase_is_down(office, web):
    assert (await log_in(office, web, 7)).status_code == 200
    assert (await web.post("/auth/logout-mobile", headers=bearer(7))).status_code == 200


# Syncing profiles


@browsing(faults=SLOW)
async def test_syncing_answers_when_profile_and_tasks_are_done(office, web):
    user = office.with_task("procurement", "hr")

    response = await web.put("/user/sync-profile", headers=bearer(user))

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert (await office.store.user(user)).full_name == office.company.person(user).full_name
    assert len(await office.store.notifications(user)) >= 2


@pytest.mark.parametrize(
    ("query", "first_time"),
    [("", False), ("?first_time=false", False), ("?first_time=0", False), ("?first_time=true", True)],
)
@browsing()
async def test_first_time_is_a_real_boolean(office, web, query, first_time):
    await web.put(f"/user/sync-profile{query}", headers=bearer(7))

    (event,) = (event for event in office.diary.events if type(event) is UserSyncProfile)
    assert event.first_time is first_time


@browsing()
async def test_first_time_must_be_a_boolean(office, web):
    assert (await web.put("/user/sync-profile?first_time=maybe", headers=bearer(7))).status_code == 422


@browsing()
async def test_a_vendor_gets_a_400_because_there_is_no_profile_to_sync(office, web):
    vendor = next(n for n in range(1, office.company.users) if not office.company.is_employee(n))

    response = await web.put("/user/sync-profile", headers=bearer(vendor))

    assert detail_of(response, 400) == f"User {vendor} is not an employee, so Oracle Fusion has no profile to sync."


@browsing(faults=DOWN)
async def test_a_service_that_is_down_is_a_502_that_names_it(office, web):
    sentence = detail_of(await web.put("/user/sync-profile", headers=bearer(7)), 502)

    assert sentence.startswith("Oracle Fusion failed POST /oauth2/v1/token: 503 Service Unavailable")
    assert sentence.endswith(".")


@browsing(faults=FaultPlan(yardi=Faults(timeout_rate=1)))
async def test_a_service_that_does_not_answer_is_a_502_too(office, web):
    assert "Yardi failed" in detail_of(await web.put("/user/sync-profile", headers=bearer(7)), 502)


@browsing()
async def test_an_admin_syncs_the_picked_users(office, web):
    response = await web.post("/admin/sync-profiles", json={"user_ids": [1, 2, 3]}, headers=ADMINS)

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert [event.user_id for event in office.diary.events if type(event) is UserSyncProfile] == [1, 2, 3]


@browsing()
async def test_the_answer_to_an_admin_names_every_failed_user(office, web):
    vendor = next(n for n in range(1, office.company.users) if not office.company.is_employee(n))

    response = await web.post("/admin/sync-profiles", json={"user_ids": [UNKNOWN, 1, vendor, BEYOND]}, headers=ADMINS)

    assert detail_of(response, 404) == (
        f"There is no user {UNKNOWN}. User {vendor} is not an employee, so Oracle Fusion has no profile to sync. "
        f"There is no user {BEYOND}."
    )
    assert (await office.store.user(1)).full_name


@browsing(faults=DOWN)
async def test_of_several_errors_the_highest_status_is_answered(office, web):
    assert "There is no user 999." in detail_of(
        await web.post("/admin/sync-profiles", json={"user_ids": [1, UNKNOWN]}, headers=ADMINS), 502
    )


@browsing()
async def test_another_system_reports_a_changed_profile_by_username(office, web):
    response = await web.post(
        "/external/profile-changed", json={"username": office.company.person(7).username}, headers=KEY
    )

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert [event.user_id for event in office.diary.events if type(event) is UserSyncProfile] == [7]


@browsing()
async def test_an_unknown_username_from_another_system_is_a_404(office, web):
    response = await web.post("/external/profile-changed", json={"username": "unknown"}, headers=KEY)

    assert detail_of(response, 404) == "There is no user named 'unknown'."
