"""The HTTP entry points for users and approvals, and their error responses."""

import pytest

from eventdemo.backend.storage.model import HrApproval, LeasingApproval, ProcurementApproval
from tests.backend.web.client import ADMINS, bearer, browsing, detail_of

TRAILS = {"procurement": ProcurementApproval, "hr": HrApproval, "leasing": LeasingApproval}
NEW_HIRE = {"username": "new.hire", "full_name": "New Hire", "organisation_id": 1}
UNKNOWN = 999
BEYOND = 10**30


# Users


@browsing()
async def test_a_new_user_is_created_and_can_be_read(office, web):
    response = await web.post("/users", json=NEW_HIRE, headers=ADMINS)

    assert response.status_code == 201
    user = response.json()
    assert (user["username"], user["user_type"], user["is_active"]) == ("new.hire", "EMPLOYEE", True)
    assert (await web.get(f"/users/{user['id']}", headers=ADMINS)).json() == user


@browsing()
async def test_a_username_that_is_in_use_is_a_conflict(office, web):
    taken = office.company.person(7).username

    response = await web.post("/users", json=NEW_HIRE | {"username": taken}, headers=ADMINS)

    assert detail_of(response, 409) == f"The username {taken!r} is taken."


@browsing()
async def test_a_user_s_name_can_be_changed(office, web):
    response = await web.put("/users/7", json={"full_name": "Nadia Moss"}, headers=bearer(7))

    assert (response.status_code, response.json()["full_name"]) == (200, "Nadia Moss")
    assert (await web.get("/users/7", headers=ADMINS)).json()["full_name"] == "Nadia Moss"
    assert office.diary.names() == ["user.updated"]


@browsing()
async def test_deleting_a_user_keeps_the_row(office, web):
    response = await web.delete("/users/7", headers=ADMINS)

    assert response.status_code == 200
    assert (await web.get("/users/7", headers=ADMINS)).json() == response.json()
    assert (response.json()["is_active"], response.json()["is_deleted"]) == (False, True)
    assert office.diary.names() == ["user.deleted"]


@pytest.mark.parametrize("user_id", [UNKNOWN, BEYOND, 0, -1])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"full_name": "X"}), ("DELETE", None)])
@browsing()
async def test_an_unknown_user_is_a_404_for_an_admin(office, web, method, body, user_id):
    response = await web.request(method, f"/users/{user_id}", json=body, headers=ADMINS)

    assert detail_of(response, 404) == f"There is no user {user_id}."


@browsing()
async def test_a_date_has_its_time_zone(office, web):
    await office.backend.weekly_sync.sync()

    assert (await web.get("/users/1", headers=ADMINS)).json()["last_synced"] == "2026-01-02T06:00:00Z"


# Approvals


@pytest.mark.parametrize("action", ["approve", "reject"])
@pytest.mark.parametrize("domain", TRAILS)
@browsing()
async def test_a_decision_reaches_the_external_system_and_the_audit_trail(office, web, domain, action):
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

    assert "already completed" in detail_of(response, 409)


@pytest.mark.parametrize("task", ["1", "made-up", "a%2Fb", "%F0%9F%91%BB", "..%2f..%2fusers"])
@pytest.mark.parametrize("domain", TRAILS)
@browsing()
async def test_a_task_that_no_external_system_has_cannot_be_decided(office, web, domain, task):
    response = await web.post(f"/approvals/{domain}/{task}", headers=bearer(7), json={"action": "approve"})

    assert response.status_code == 404, response.text
    assert office.diary.events == []
