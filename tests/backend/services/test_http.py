"""A call returns a response or raises the error that matches its failure; the client adds nothing to a request."""

import asyncio

import httpx
import pytest
from pydantic import BaseModel

from eventdemo.backend.services import (
    MalformedResponse,
    RateLimited,
    Rejected,
    ServiceClient,
    ServiceTimeout,
    ServiceUnavailable,
    Unauthorized,
)
from eventdemo.backend.services.http import call, read
from tests.backend.services.exchange import scripted


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


class Parcel(BaseModel):
    weight: int


def answered(answer, url="https://post.example/parcels?owner=ines"):
    async def question(http):
        return await call(http, "The Post", httpx.Request("GET", url))

    return scripted(question, answer)[0]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, Rejected),
        (400, Rejected),
        (401, Unauthorized),
        (403, Rejected),
        (404, Rejected),
        (409, Rejected),
        (429, RateLimited),
        (500, ServiceUnavailable),
        (503, ServiceUnavailable),
    ],
)
def test_each_status_becomes_its_error(status, error):
    with pytest.raises(error) as caught:
        answered(httpx.Response(status, text="  the   counter\nis closed. "))

    assert type(caught.value) is error
    assert str(caught.value).startswith(f"The Post failed GET /parcels: {status} ")
    assert str(caught.value).endswith("the counter is closed.")


def test_a_successful_response_is_returned_unchanged():
    assert answered(httpx.Response(201, text="stamped")).text == "stamped"


def test_a_missing_answer_becomes_a_timeout_error_with_its_duration():
    with pytest.raises(ServiceTimeout, match=r"The Post failed GET /parcels: no answer within 5 s\."):
        answered(httpx.ReadTimeout("..."))


def test_a_failed_connection_becomes_service_unavailable():
    with pytest.raises(ServiceUnavailable, match="no connection"):
        answered(httpx.ConnectError("refused"))


def test_the_original_failure_is_kept_as_the_cause():
    with pytest.raises(ServiceTimeout) as caught:
        answered(httpx.ReadTimeout("..."))

    assert isinstance(caught.value.__cause__, httpx.ReadTimeout)


@pytest.mark.parametrize(("header", "seconds"), [("2", 2.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)])
def test_a_rate_limit_error_has_the_seconds_to_wait_if_the_service_sent_them(header, seconds):
    with pytest.raises(RateLimited) as caught:
        answered(httpx.Response(429, headers={"Retry-After": header} if header else {}))

    assert caught.value.retry_after == seconds


def test_a_message_never_shows_the_query():
    with pytest.raises(Rejected) as caught:
        answered(httpx.Response(404), url="https://post.example/parcels?secret=swordfish")

    assert "swordfish" not in str(caught.value)


def test_a_long_error_body_is_cut_in_the_message_only():
    with pytest.raises(Rejected) as caught:
        answered(httpx.Response(400, text="no " * 1000))

    assert len(str(caught.value)) < 300
    assert caught.value.body == "no " * 1000


@pytest.mark.parametrize(
    ("body", "where"),
    [("{", "the body"), ("", "the body"), ("<html>", "the body"), ('{"weight": "heavy"}', "weight"), ("{}", "weight")],
)
def test_the_error_for_an_unreadable_body_says_where_it_is_wrong(body, where):
    response = answered(httpx.Response(200, text=body))

    with pytest.raises(MalformedResponse, match=rf"The Post failed GET /parcels: unreadable answer, at {where}: "):
        read(Parcel, "The Post", response)


def test_extra_fields_are_ignored():
    response = answered(httpx.Response(200, json={"weight": 3, "colour": "brown"}))

    assert read(Parcel, "The Post", response) == Parcel(weight=3)
