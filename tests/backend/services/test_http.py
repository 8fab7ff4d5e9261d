"""The client sends no cookies, because it serves every organisation, and hands a request straight to its transport."""

import asyncio

import httpx
import pytest

from eventdemo.backend.services import ServiceClient


def test_a_cookie_that_a_server_sets_is_never_sent():
    sent = []

    def answer(request):
        sent.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "tenant=north; Domain=example"})

    async def main():
        async with ServiceClient(httpx.MockTransport(answer)) as http:
            for host in ("north", "north", "south"):
                await http.get(f"https://{host}.example/")
            return len(http.cookies)

    assert asyncio.run(main()) == 0
    assert sent == [None, None, None]


def sent_by(transport, *requests, **options):
    async def main():
        async with ServiceClient(transport) as http:
            return [await http.send(request, **options) for request in requests]

    return asyncio.run(main())


def moved(request):
    if request.url.path == "/old":
        return httpx.Response(302, headers={"Location": "/new", "Set-Cookie": "tenant=north"})
    return httpx.Response(200, text=str(request.extensions["timeout"]["read"]))


def test_a_request_gets_a_response_that_is_read_and_knows_its_request():
    request = httpx.Request("GET", "https://north.example/new")
    (response,) = sent_by(httpx.MockTransport(moved), request)
    assert (response.text, response.request, response.is_closed) == ("5.0", request, True)


def test_a_request_keeps_a_timeout_of_its_own():
    request = httpx.Request("GET", "https://north.example/new", extensions={"timeout": {"read": 1.5}})
    (response,) = sent_by(httpx.MockTransport(moved), request)
    assert response.text == "1.5"


def test_a_redirect_is_followed_only_on_demand():
    request = httpx.Request("GET", "https://north.example/old")
    assert [response.status_code for response in sent_by(httpx.MockTransport(moved), request)] == [302]
    (followed,) = sent_by(httpx.MockTransport(moved), request, follow_redirects=True)
    assert followed.url.path == "/new"


def test_a_body_that_breaks_off_closes_the_response():
    class Broken(httpx.AsyncByteStream):
        closed = False

        async def __aiter__(self):
            yield b"half"
            raise httpx.ReadError("broke off")

        async def aclose(self):
            self.closed = True

    body = Broken()
    with pytest.raises(httpx.ReadError):
        sent_by(
            httpx.MockTransport(lambda _: httpx.Response(200, stream=body)), httpx.Request("GET", "https://a.example/")
        )
    assert body.closed


def test_a_closed_client_sends_nothing():
    async def main():
        async with ServiceClient(httpx.MockTransport(moved)) as http:
            pass
        await http.send(httpx.Request("GET", "https://north.example/new"))

    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(main())
