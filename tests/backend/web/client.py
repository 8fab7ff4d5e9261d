"""An HTTP client for the app of a test backend: the requests are real, the sockets and the time are not."""

import inspect
from functools import partial

import httpx

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.web import create_app
from tests.backend.patterns.office import play


def browsing(**options):
    """Turn `async def scenario(office, web)` into a test; pytest supplies the parameters after those two."""

    def decorate(scenario):
        async def with_client(office, **given):
            transport = httpx.ASGITransport(create_app(office.backend))
            async with httpx.AsyncClient(transport=transport, base_url="http://backend.example") as web:
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


def detail_of(response, status):
    """Return the message of an error response."""
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    return response.json()["detail"]
