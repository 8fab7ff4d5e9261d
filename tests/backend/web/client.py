"""An HTTP client for the app of a test backend: the requests are real, the sockets and the time are not."""

import inspect
from functools import cache, partial

import httpx
from argon2 import PasswordHasher
from sqlalchemy import insert

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.storage.model import ADMIN, USER, Credential
from eventdemo.backend.web.app import create_app
from tests.backend.patterns.office import play

PASSWORD = "correct horse battery staple"
KEY = {"X-API-Key": "the key of the other system"}
ROLES = {1: ADMIN, 7: USER, 8: USER}
"""The users who can log in."""


@cache
def password_hash():
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # cheap to check too


def app_of(office):
    """Return an app for a test backend, in which a few users have a password."""
    credentials = [{"user_id": n, "password_hash": password_hash(), "role": role} for n, role in ROLES.items()]
    office.database.transact(lambda connection: connection.execute(insert(Credential), credentials))
    return create_app(office.backend, external_key=KEY["X-API-Key"])


def browsing(**options):
    """Turn `async def scenario(office, web)` into a test; pytest supplies the parameters after those two."""

    def decorate(scenario):
        async def with_client(office, **given):
            transport = httpx.ASGITransport(app_of(office))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
                await scenario(office, web, **given)

        def test(**given):
            play(partial(with_client, **given), **options)

        test.__name__ = scenario.__name__
        _, _, *rest = inspect.signature(scenario).parameters.values()
        test.__signature__ = inspect.Signature(rest)
        return test

    return decorate


def bearer(n):
    """Return the header of a user who is logged in."""
    return {"Authorization": f"Bearer {session_token(n)}"}


ADMINS = bearer(1)
"""The header of the admin."""


async def log_in(office, web, n, password=PASSWORD):
    """Log in as a user with a password, and return the answer."""
    body = {"username": office.company.person(n).username, "password": password}
    return await web.post("/auth/login", json=body)


def detail_of(response, status):
    """Return the message of an error response."""
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    return response.json()["detail"]
