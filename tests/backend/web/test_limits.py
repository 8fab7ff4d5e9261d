"""What a request may contain: the host's name, the size of the body, the characters of a text."""

import json

import pytest

from eventdemo.backend.web.app import MAX_BODY_SIZE
from tests.backend.web.client import ADMINS, KEY, bearer, browsing

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.example", 400), ("localhost.evil.example", 400), ("", 400)],
)
@browsing()
async def test_requests_for_another_host_name_are_refused(office, web, host, status):
    response = await web.get("/users/7", headers=bearer(7) | {"Host": host})

    assert response.status_code == status


async def in_chunks(size):
    for _ in range(0, size, 1024):
        yield b" " * 1024


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_SIZE, 422), (MAX_BODY_SIZE + 1024, 413)])
@browsing()
async def test_a_body_has_a_greatest_size(office, web, chunked, size, status):
    content = in_chunks(size) if chunked else b" " * size

    response = await web.post("/auth/login", content=content, headers=JSON)

    assert ("content-length" in response.request.headers) is not chunked
    assert response.status_code == status


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 201], ids=["NUL", "lone surrogate", "201 characters"])
@pytest.mark.parametrize(
    ("entry_point", "body"),
    [  # the first field gets the text
        ("POST /auth/login", {"username": "", "password": "x"}),
        ("POST /auth/login", {"password": "", "username": "x"}),
        ("POST /users", {"username": "", "organisation_id": 1}),
        ("POST /users", {"full_name": "", "username": "x", "organisation_id": 1}),
        ("PUT /users/7", {"full_name": ""}),
        ("PUT /admin/users/7/password", {"password": ""}),
        ("POST /external/profile-changed", {"username": ""}),
    ],
)
@browsing()
async def test_a_text_that_cannot_be_stored_is_a_422(office, web, entry_point, body, text):
    field = next(iter(body))
    content = json.dumps(body | {field: text})

    response = await web.request(*entry_point.split(), content=content, headers=JSON | ADMINS | KEY)

    assert response.status_code == 422, response.text
    assert response.json()["detail"][0]["loc"] == ["body", field]


@browsing()
async def test_the_name_of_a_field_that_is_no_text_is_a_422_too(office, web):
    response = await web.post("/auth/login", content=r'{"\ud800": 1}', headers=JSON)

    assert response.status_code == 422


@browsing()
async def test_the_longest_text_is_stored(office, web):
    longest = "\U0001f600" * 200

    assert (await web.put("/users/7", json={"full_name": longest}, headers=ADMINS)).json()["full_name"] == longest


@browsing()
async def test_an_answer_does_not_repeat_a_refused_password(office, web):
    response = await web.put("/admin/users/7/password", json={"password": "too short"}, headers=ADMINS)

    assert response.status_code == 422
    assert "too short" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/users/7", "DELETE, GET, PUT"),
        ("GET", "/users", "POST"),
        ("DELETE", "/approvals/hr/1", "POST"),
    ],
)
@browsing()
async def test_a_405_names_every_method_of_the_path(office, web, method, path, allowed):
    response = await web.request(method, path)

    assert (response.status_code, response.headers["allow"]) == (405, allowed)
