"""An HTTP client on the app of an office: the requests are real, the sockets and the time are not."""

import inspect
from functools import partial

import httpx

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.web import create_app
from tests.backend.patterns.office import play


def browsing(**options):
    """Make a test of a scene, `async def scene(office, web)`; parameters after those two are pytest's."""

    def decorate(scene):
        async def with_client(office, **given):
            transport = httpx.ASGITransport(create_app(office.backend))
            async with httpx.AsyncClient(transport=transport, base_url="http://backend.example") as web:
                await scene(office, web, **given)

        def test(**given):
            play(partial(with_client, **given), **options)

        test.__name__ = scene.__name__
        _, _, *rest = inspect.signature(scene).parameters.values()
        test.__signature__ = inspect.Signature(rest)
        return test

    return decorate


def bearer(n):
    """Return the header of a user who is logged in."""
    return {"Authorization": f"Bearer {session_token(n)}"}


def told(response, status):
    """Return the sentence of a refusal."""
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    return response.json()["detail"]
