"""Logging in with a password: who can, for how long, and how often one may try."""

import asyncio

import httpx
import pytest
from sqlmodel import select

from eventdemo.backend.storage.model import Credential, LoginSession
from eventdemo.backend.storage.store import SESSION_LIFETIME
from eventdemo.backend.web import passwords
from eventdemo.backend.web.access import ATTEMPTS, WINDOW
from eventdemo.backend.web.app import create_app
from tests.backend.web.client import ADMINS, PASSWORD, browsing, detail_of, log_in, password_hash

WRONG = "The username or the password is wrong."
LIFETIME = SESSION_LIFETIME.total_seconds()


def header_of(session):
    return {"Authorization": f"Bearer {session.json()['access_token']}"}


async def is_logged_in(web, header):
    return (await web.get("/users/7", headers=header)).status_code == 200


# Passwords


@browsing()
async def test_a_user_logs_in_and_can_use_the_new_session(office, web):
    session = await log_in(office, web, 7)

    assert (session.status_code, session.json()["token_type"], session.json()["expires_in"]) == (200, "bearer", 43_200)
    assert session.headers["cache-control"] == "no-store"
    assert await is_logged_in(web, header_of(session))
    assert office.diary.names() == ["auth.login"]


@browsing()
async def test_neither_the_token_nor_the_password_is_stored(office, web):
    token = (await log_in(office, web, 7)).json()["access_token"]

    for table in (Credential, LoginSession):
        rows = await office.database.read_with_session(lambda session, table=table: session.exec(select(table)).all())
        assert rows
        assert token not in str(rows)
        assert PASSWORD not in str(rows)


@browsing()
async def test_each_login_has_a_token_of_its_own(office, web):
    first, second = [header_of(await log_in(office, web, 7)) for _ in range(2)]

    await web.post("/auth/logout-mobile", headers=first)

    assert not await is_logged_in(web, first)
    assert await is_logged_in(web, second)


@pytest.mark.parametrize(
    ("n", "password"), [(7, "wrong"), (9, PASSWORD), (8, PASSWORD), (None, PASSWORD)], ids=str
)  # wrong, has none, deleted, unknown
@browsing()
async def test_every_failed_login_gets_the_same_answer_after_the_same_work(office, web, monkeypatch, n, password):
    await web.delete("/users/8", headers=ADMINS)
    monkeypatch.setattr(passwords, "OF_NO_USER", password_hash())  # even if its password were known
    checked, verify = [], passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *given: checked.append(given) or verify(*given))
    username = "unknown" if n is None else office.company.person(n).username

    response = await web.post("/auth/login", json={"username": username, "password": password})

    assert detail_of(response, 401) == WRONG
    assert response.headers["www-authenticate"] == "Bearer"
    assert len(checked) == 1
    assert "auth.login" not in office.diary.names()


def test_the_hash_for_unknown_users_costs_what_the_others_cost():
    assert not passwords.HASHER.check_needs_rehash(passwords.OF_NO_USER)


@browsing()
async def test_an_admin_sets_a_password_which_ends_the_user_s_sessions(office, web):
    before = header_of(await log_in(office, web, 7))

    response = await web.put("/admin/users/7/password", json={"password": "a new password"}, headers=ADMINS)

    assert response.status_code == 200
    assert not await is_logged_in(web, before)
    assert detail_of(await log_in(office, web, 7), 401) == WRONG
    assert (await log_in(office, web, 7, "a new password")).status_code == 200


@browsing()
async def test_a_new_user_can_log_in_once_there_is_a_password(office, web):
    new = (await web.post("/users", json={"username": "new.hire", "organisation_id": 1}, headers=ADMINS)).json()
    await web.put(f"/admin/users/{new['id']}/password", json={"password": "a new password"}, headers=ADMINS)

    session = await web.post("/auth/login", json={"username": "new.hire", "password": "a new password"})

    assert (await web.get(f"/users/{new['id']}", headers=header_of(session))).json() == new


# Sessions that expire


@browsing()
async def test_a_session_expires(office, web):
    header = header_of(await log_in(office, web, 7))

    await asyncio.sleep(LIFETIME - 1)
    assert await is_logged_in(web, header)

    await asyncio.sleep(1)
    assert not await is_logged_in(web, header)


@browsing()
async def test_the_next_login_deletes_the_expired_sessions_of_the_user(office, web):
    async def sessions():
        query = select(LoginSession).where(LoginSession.user_id == 7)
        return await office.database.read_with_session(lambda session: session.exec(query).all())

    before = len(await sessions())
    await log_in(office, web, 7)
    await asyncio.sleep(LIFETIME)
    await log_in(office, web, 7)

    assert len(await sessions()) == before + 1


# Too many attempts


async def fail(office, web, n=7, times=ATTEMPTS):
    for _ in range(times):
        detail_of(await log_in(office, web, n, "wrong"), 401)


@browsing()
async def test_after_too_many_attempts_even_the_right_password_is_a_429(office, web):
    await fail(office, web)

    response = await log_in(office, web, 7)

    assert detail_of(response, 429) == "Too many attempts to log in: try again in 60 s."
    assert response.headers["retry-after"] == "60"


@browsing()
async def test_each_process_counts_attempts_for_itself(office, web):
    await fail(office, web)

    app = create_app(office.backend, external_key="")  # of another process, on the same database
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as other:
        assert (await log_in(office, other, 7)).status_code == 200


@browsing()
async def test_an_attempt_after_the_stated_seconds_is_allowed(office, web):
    await fail(office, web)
    await asyncio.sleep(0.5)
    seconds = int((await log_in(office, web, 7)).headers["retry-after"])
    await asyncio.sleep(seconds)

    assert (await log_in(office, web, 7)).status_code == 200


@browsing()
async def test_the_limit_counts_each_user_and_each_address_apart(office, web):
    await fail(office, web)

    assert (await log_in(office, web, 8)).status_code == 200
    elsewhere = httpx.ASGITransport(web._transport.app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://localhost") as other:
        assert (await log_in(office, other, 7)).status_code == 200


@browsing()
async def test_a_login_that_succeeds_clears_the_earlier_attempts(office, web):
    for _ in range(2):
        await fail(office, web, times=ATTEMPTS - 1)
        assert (await log_in(office, web, 7)).status_code == 200


@browsing()
async def test_the_limit_remembers_the_last_minute_only(office, web):
    attempts = web._transport.app.state.login_limit._attempts
    await fail(office, web, 7, times=1)
    await asyncio.sleep(WINDOW.total_seconds() / 2)
    await fail(office, web, 8, times=1)
    assert len(attempts) == 2

    await asyncio.sleep(WINDOW.total_seconds() / 2)
    await fail(office, web, 9, times=1)

    assert len(attempts) == 2
