"""Who may use which entry point: users themselves, an admin everything, another system its one."""

import pytest

from tests.backend.web.client import ADMINS, KEY, bearer, browsing, detail_of

NEW_PASSWORD = {"password": "a new password"}
NAME = {"full_name": "Nadia Moss"}


@pytest.mark.parametrize(
    ("entry_point", "body", "statuses"),
    [  # for user 7, and for an admin
        ("GET /users/7", None, (200, 200)),
        ("PUT /users/7", NAME, (200, 200)),
        ("GET /users/8", None, (403, 200)),
        ("PUT /users/8", NAME, (403, 200)),
        ("GET /users/999", None, (403, 404)),
        ("PUT /users/999", NAME, (403, 404)),
        ("DELETE /users/7", None, (403, 200)),
        ("DELETE /users/8", None, (403, 200)),
        ("DELETE /users/999", None, (403, 404)),
        ("POST /users", {"username": "new", "organisation_id": 1}, (403, 201)),
        ("POST /admin/sync-profiles", {"user_ids": [7]}, (403, 200)),
        ("PUT /admin/users/7/password", NEW_PASSWORD, (403, 200)),
        ("PUT /admin/users/999/password", NEW_PASSWORD, (403, 404)),
    ],
)
@browsing()
async def test_users_may_read_and_change_themselves_and_an_admin_any_user(office, web, entry_point, body, statuses):
    method, path = entry_point.split()

    anonymous = await web.request(method, path, json=body)
    assert detail_of(anonymous, 401) == "Not authenticated"
    assert anonymous.headers["www-authenticate"] == "Bearer"

    by_user = await web.request(method, path, json=body, headers=bearer(7))
    assert bool(office.diary.events) is (by_user.status_code == 200 and method == "PUT")

    by_admin = await web.request(method, path, json=body, headers=ADMINS)
    assert (by_user.status_code, by_admin.status_code) == statuses


@pytest.mark.parametrize("headers", [{}, ADMINS, {"X-API-Key": "wrong"}, {"X-API-Key": b"\xff"}], ids=str)
@browsing()
async def test_another_system_needs_its_key(office, web, headers):
    changed = {"username": office.company.person(7).username}

    response = await web.post("/external/profile-changed", json=changed, headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "APIKey"
    assert office.diary.events == []


@browsing()
async def test_the_key_of_another_system_opens_nothing_else(office, web):
    detail_of(await web.get("/users/7", headers=KEY), 401)


@browsing()
async def test_every_entry_point_but_the_login_asks_who_is_calling(office, web):
    paths = (await web.get("/openapi.json")).json()["paths"]

    assert [
        path for path, methods in paths.items() for operation in methods.values() if "security" not in operation
    ] == ["/auth/login"]
