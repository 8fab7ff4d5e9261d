"""Rejected requests: without a session, with an invalid body, or met by a bug; and the app's description."""

import pytest
from sqlmodel import select

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import User
from tests.backend.web.client import ADMINS, KEY, bearer, browsing, detail_of

NEEDS_A_SESSION = [
    ("POST", "/auth/logout-mobile", None),
    ("PUT", "/user/sync-profile", None),
    ("POST", "/approvals/hr/200048", {"action": "approve"}),
]
BEYOND = 10**30


# Requests without a session


@pytest.mark.parametrize("request_", NEEDS_A_SESSION, ids=str)
@pytest.mark.parametrize("headers", [{"Authorization": "Bearer made-up"}, {"Authorization": "Basic x"}, {}], ids=str)
@browsing()
async def test_without_a_session_there_is_a_401(office, web, request_, headers):
    method, path, body = request_

    response = await web.request(method, path, headers=headers, json=body)

    sentence = "This session does not exist or has ended: log in again."
    assert detail_of(response, 401) == (sentence if "Bearer" in str(headers) else "Not authenticated")
    assert office.diary.events == []


@pytest.mark.parametrize("request_", NEEDS_A_SESSION, ids=str)
@browsing()
async def test_the_session_of_a_deleted_user_is_invalid(office, web, request_):
    method, path, body = request_
    await web.delete("/users/7", headers=ADMINS)

    detail_of(await web.request(method, path, headers=bearer(7), json=body), 401)


# Requests that make no sense


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/auth/login", {}),
        ("POST", "/auth/login", {"username": "x"}),
        ("POST", "/auth/login", {"username": 7, "password": "x"}),
        ("POST", "/auth/login", {"username": "x", "password": "y", "session_token": "z"}),
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
    response = await web.request(method, path, json=body, headers=ADMINS | KEY)

    assert response.status_code == 422, response.text
    assert office.diary.events == []
    users = await office.database.read_with_session(lambda session: session.exec(select(User)).all())
    assert len(users) == office.company.users


@browsing()
async def test_an_unexpected_error_is_not_turned_into_an_answer(office, web):
    async def break_down(event):
        raise ZeroDivisionError("a defect")

    office.bus.on(UserSyncProfile, break_down)

    with pytest.raises(ExceptionGroup) as failed:  # which the server logs, and answers with a bare 500
        await web.put("/user/sync-profile", headers=bearer(7))

    assert isinstance(failed.value.exceptions[0], ZeroDivisionError)


# The description


@browsing()
async def test_the_app_has_an_openapi_description(office, web):
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
        ("PUT", "/admin/users/{user_id}/password"),
        ("POST", "/external/profile-changed"),
    }


@browsing()
async def test_every_entry_point_has_a_one_sentence_description(office, web):
    paths = (await web.get("/openapi.json")).json()["paths"]

    for methods in paths.values():
        for operation in methods.values():
            assert operation["description"].endswith("."), operation
