"""Every HTTP entry point, through the app itself and in virtual time: what it does, and how it says no."""

import pytest
from sqlmodel import select

from eventdemo.events import UserSyncProfile
from eventdemo.model import HrApproval, LeasingApproval, ProcurementApproval, User
from eventdemo.seed import session_token
from mock_services import Constant, FaultPlan, Faults
from tests.patterns.office import now
from tests.web.client import browsing

DOWN = FaultPlan(oracle_fusion=Faults(down=True), yardi=Faults(down=True), fcm=Faults(down=True))
SLOW = FaultPlan(oracle_fusion=Faults(latency=Constant(1000)), fcm=Faults(latency=Constant(1000)))
SUCCESS = {"status": "success"}
TRAILS = {"procurement": ProcurementApproval, "hr": HrApproval, "leasing": LeasingApproval}
NEEDS_A_SESSION = [
    ("POST", "/auth/logout-mobile", None),
    ("PUT", "/user/sync-profile", None),
    ("POST", "/approvals/hr/200048", {"action": "approve"}),
]
NOBODY = 999
BEYOND = 10**30


def bearer(n):
    return {"Authorization": f"Bearer {session_token(n)}"}


def told(response, status):
    """Return the sentence of a refusal."""
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    return response.json()["detail"]


# Sessions


@browsing()
async def test_a_user_logs_in_and_the_new_session_opens_doors(office, web):
    response = await web.post("/auth/login", json={"user_id": 7, "session_token": "fresh"})

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert (await web.put("/user/sync-profile", headers={"Authorization": "Bearer fresh"})).status_code == 200


@pytest.mark.parametrize("user_id", [NOBODY, BEYOND, 0, -1])
@browsing()
async def test_nobody_logs_in_whom_nobody_knows(office, web, user_id):
    response = await web.post("/auth/login", json={"user_id": user_id, "session_token": "fresh"})

    assert told(response, 404) == f"There is no user {user_id}."
    assert office.diary.events == []


@browsing()
async def test_a_session_token_that_is_in_use_is_a_conflict(office, web):
    response = await web.post("/auth/login", json={"user_id": 7, "session_token": session_token(8)})

    assert told(response, 409) == "This session token is taken: log in with another."
    assert await office.store.session_owner(session_token(8)) == 8


@browsing(faults=SLOW)
async def test_logging_out_answers_before_topics_and_devices_are_gone(office, web):
    user = office.with_devices(2)

    response = await web.post("/auth/logout-mobile", headers=bearer(user))

    assert (response.status_code, response.json(), now()) == (200, SUCCESS, 0)
    assert office.topics_left(user)
    await office.bus.drain()
    assert office.topics_left(user) == []


@browsing()
async def test_who_has_logged_out_is_logged_out(office, web):
    await web.post("/auth/logout-mobile", headers=bearer(7))

    told(await web.post("/auth/logout-mobile", headers=bearer(7)), 401)


@browsing(faults=DOWN)
async def test_logging_in_and_out_works_although_firebase_is_down(office, web):
    assert (await web.post("/auth/login", json={"user_id": 7, "session_token": "fresh"})).status_code == 200
    assert (await web.post("/auth/logout-mobile", headers=bearer(7))).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), NEEDS_A_SESSION)
@pytest.mark.parametrize("headers", [{"Authorization": "Bearer made-up"}, {"Authorization": "Basic x"}, {}], ids=str)
@browsing()
async def test_without_a_session_there_is_a_401(office, web, method, path, body, headers):
    response = await web.request(method, path, headers=headers, json=body)

    sentence = "This session does not exist or has ended: log in again."
    assert told(response, 401) == (sentence if "Bearer" in str(headers) else "Not authenticated")
    assert office.diary.events == []


@pytest.mark.parametrize(("method", "path", "body"), NEEDS_A_SESSION)
@browsing()
async def test_a_deleted_user_s_session_opens_nothing(office, web, method, path, body):
    await web.delete("/users/7")

    told(await web.request(method, path, headers=bearer(7), json=body), 401)


# Syncing profiles


@browsing(faults=SLOW)
async def test_syncing_answers_when_profile_and_tasks_are_done(office, web):
    user = office.with_task("procurement", "hr")

    response = await web.put("/user/sync-profile", headers=bearer(user))

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert (await office.store.user(user)).full_name == office.company.employee(user).full_name
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
async def test_first_time_is_nothing_but_a_boolean(office, web):
    assert (await web.put("/user/sync-profile?first_time=maybe", headers=bearer(7))).status_code == 422


@browsing()
async def test_a_vendor_is_told_that_there_is_nothing_to_sync(office, web):
    vendor = next(n for n in range(1, office.company.users) if not office.company.is_employee(n))

    response = await web.put("/user/sync-profile", headers=bearer(vendor))

    assert told(response, 400) == f"User {vendor} is not an employee, so Oracle Fusion has no profile to sync."


@browsing(faults=DOWN)
async def test_a_service_that_is_down_is_a_502_that_names_it(office, web):
    sentence = told(await web.put("/user/sync-profile", headers=bearer(7)), 502)

    assert sentence.startswith("Oracle Fusion failed POST /oauth2/v1/token: 503 Service Unavailable")
    assert sentence.endswith(".")


@browsing(faults=FaultPlan(yardi=Faults(timeout_rate=1)))
async def test_a_service_that_does_not_answer_is_a_502_too(office, web):
    assert "Yardi failed" in told(await web.put("/user/sync-profile", headers=bearer(7)), 502)


@browsing()
async def test_an_admin_syncs_those_who_were_picked(office, web):
    response = await web.post("/admin/sync-profiles", json={"user_ids": [1, 2, 3]})

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert [event.user_id for event in office.diary.events if type(event) is UserSyncProfile] == [1, 2, 3]


@browsing()
async def test_an_admin_hears_of_every_user_who_could_not_be_synced(office, web):
    vendor = next(n for n in range(1, office.company.users) if not office.company.is_employee(n))

    response = await web.post("/admin/sync-profiles", json={"user_ids": [NOBODY, 1, vendor, BEYOND]})

    assert told(response, 404) == (
        f"There is no user {NOBODY}. User {vendor} is not an employee, so Oracle Fusion has no profile to sync. "
        f"There is no user {BEYOND}."
    )
    assert (await office.store.user(1)).full_name


@browsing(faults=DOWN)
async def test_of_several_reasons_the_gravest_gives_the_status(office, web):
    assert "There is no user 999." in told(await web.post("/admin/sync-profiles", json={"user_ids": [1, NOBODY]}), 502)


@browsing()
async def test_another_system_says_by_username_whose_profile_changed(office, web):
    response = await web.post("/external/profile-changed", json={"username": office.company.employee(7).username})

    assert (response.status_code, response.json()) == (200, SUCCESS)
    assert [event.user_id for event in office.diary.events if type(event) is UserSyncProfile] == [7]


@browsing()
async def test_another_system_may_be_wrong_about_the_username(office, web):
    response = await web.post("/external/profile-changed", json={"username": "nobody"})

    assert told(response, 404) == "There is no user named 'nobody'."


# Users


@browsing()
async def test_a_new_user_is_created_and_can_be_read(office, web):
    response = await web.post("/users", json={"username": "new.hire", "full_name": "New Hire", "organisation_id": 1})

    assert response.status_code == 201
    user = response.json()
    assert (user["username"], user["user_type"], user["is_active"]) == ("new.hire", "EMPLOYEE", True)
    assert (await web.get(f"/users/{user['id']}")).json() == user


@browsing()
async def test_a_username_that_is_in_use_is_a_conflict(office, web):
    taken = office.company.employee(7).username

    response = await web.post("/users", json={"username": taken, "organisation_id": 1})

    assert told(response, 409) == f"The username {taken!r} is taken."


@browsing()
async def test_a_user_s_name_can_be_changed(office, web):
    response = await web.put("/users/7", json={"full_name": "Nadia Moss"})

    assert (response.status_code, response.json()["full_name"]) == (200, "Nadia Moss")
    assert (await web.get("/users/7")).json()["full_name"] == "Nadia Moss"
    assert office.diary.names() == ["user.updated"]


@browsing()
async def test_deleting_a_user_keeps_the_row(office, web):
    response = await web.delete("/users/7")

    assert response.status_code == 200
    assert (await web.get("/users/7")).json() == response.json()
    assert (response.json()["is_active"], response.json()["is_deleted"]) == (False, True)
    assert office.diary.names() == ["user.deleted"]


@pytest.mark.parametrize("user_id", [NOBODY, BEYOND, 0, -1])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"full_name": "X"}), ("DELETE", None)])
@browsing()
async def test_a_user_whom_nobody_knows_is_a_404(office, web, method, body, user_id):
    assert told(await web.request(method, f"/users/{user_id}", json=body), 404) == f"There is no user {user_id}."


@browsing()
async def test_a_date_is_told_with_its_zone(office, web):
    await office.backend.weekly_sync.sync()

    assert (await web.get("/users/1")).json()["last_synced"] == "2026-01-02T06:00:00Z"


# Approvals


@pytest.mark.parametrize("action", ["approve", "reject"])
@pytest.mark.parametrize("domain", TRAILS)
@browsing()
async def test_a_decision_reaches_the_system_that_asked_and_the_trail(office, web, domain, action):
    user = office.with_task(domain)
    task = office.company.pending_tasks(user, domain)[0].id

    response = await web.post(f"/approvals/{domain}/{task}", headers=bearer(user), json={"action": action})

    assert response.status_code == 200, response.text
    assert (response.json()["task_id"], response.json()["action"]) == (task, action)
    assert [line.action for line in await office.store.approvals(TRAILS[domain])] == [action]


@browsing()
async def test_a_task_is_decided_once(office, web):
    user = office.with_task("hr")
    path = f"/approvals/hr/{office.company.pending_tasks(user, 'hr')[0].id}"
    await web.post(path, headers=bearer(user), json={"action": "approve"})

    response = await web.post(path, headers=bearer(user), json={"action": "reject"})

    assert "already completed" in told(response, 502)


@pytest.mark.parametrize("task", ["1", "made-up", "a%2Fb", "%F0%9F%91%BB", "..%2f..%2fusers"])
@pytest.mark.parametrize("domain", TRAILS)
@browsing()
async def test_a_task_that_no_system_knows_cannot_be_decided(office, web, domain, task):
    response = await web.post(f"/approvals/{domain}/{task}", headers=bearer(7), json={"action": "approve"})

    assert response.status_code in {404, 502}
    assert "Traceback" not in response.text
    assert office.diary.events == []


# Requests that make no sense


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/auth/login", {}),
        ("POST", "/auth/login", {"user_id": 7, "session_token": ""}),
        ("POST", "/auth/login", {"user_id": "seven", "session_token": "x"}),
        ("POST", "/auth/login", {"user_id": 7, "session_token": "x", "password": "y"}),
        ("POST", "/users", {"username": "x"}),
        ("POST", "/users", {"username": "", "organisation_id": 1}),
        ("POST", "/users", {"username": "x", "organisation_id": BEYOND}),
        ("POST", "/users", {"username": "x", "organisation_id": 1, "user_type": "ROBOT"}),
        ("POST", "/users", {"username": "x", "organisation_id": 1, "id": 7}),
        ("GET", "/users/seven", None),
        ("PUT", "/users/7", {"is_deleted": True}),
        ("PUT", "/users/7", [1, 2]),
        ("POST", "/approvals/hr/200048", {"action": "ponder"}),
        ("POST", "/approvals/catering/1", {"action": "approve"}),
        ("POST", "/admin/sync-profiles", {"user_ids": "all"}),
        ("POST", "/external/profile-changed", {"user": 7}),
    ],
)
@browsing()
async def test_an_invalid_request_is_a_422_and_changes_nothing(office, web, method, path, body):
    response = await web.request(method, path, json=body, headers=bearer(7))

    assert response.status_code == 422, response.text
    assert office.diary.events == []
    users = await office.database.do_with_session(lambda session: session.exec(select(User)).all())
    assert len(users) == office.company.users


@browsing()
async def test_a_defect_is_not_dressed_up_as_an_answer(office, web):
    async def break_down(event):
        raise ZeroDivisionError("a defect")

    office.bus.on(UserSyncProfile, break_down)

    with pytest.raises(ExceptionGroup) as failed:  # which the server logs, and answers with a bare 500
        await web.put("/user/sync-profile", headers=bearer(7))

    assert isinstance(failed.value.exceptions[0], ZeroDivisionError)


# The description


@browsing()
async def test_the_app_describes_itself(office, web):
    assert "swagger-ui" in (await web.get("/docs")).text

    paths = (await web.get("/openapi.json")).json()["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == {
        ("POST", "/auth/login"),
        ("POST", "/auth/logout-mobile"),
        ("PUT", "/user/sync-profile"),
        ("POST", "/users"),
        ("GET", "/users/{user_id}"),
        ("PUT", "/users/{user_id}"),
        ("DELETE", "/users/{user_id}"),
        ("POST", "/approvals/{domain}/{task_id}"),
        ("POST", "/admin/sync-profiles"),
        ("POST", "/external/profile-changed"),
    }


@browsing()
async def test_every_entry_point_says_in_a_sentence_what_it_does(office, web):
    paths = (await web.get("/openapi.json")).json()["paths"]

    for methods in paths.values():
        for operation in methods.values():
            assert operation["description"].endswith("."), operation
