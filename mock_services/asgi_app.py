"""The fakes as an ASGI app, for curl and the browser: the same routers, one path prefix each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from mock_services.index_page import index_page
from mock_services.responses import failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from mock_services.services import MockServices

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

_PATIENCE = 60.0  # seconds; a swallowed request must end at some time, and curl has no timeout of its own


def asgi_app(services: MockServices) -> App:
    """Return an app that answers under /oracle, /yardi, /fcm and /iid, and explains itself at /."""
    routers = {
        b"oracle": services.oracle_fusion.router,
        b"yardi": services.yardi.router,
        b"fcm": services.fcm.router,
        b"iid": services.fcm.router,
    }

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # uvicorn asks about lifespan and web sockets too
        prefix, _, path = scope["raw_path"].removeprefix(b"/").partition(b"/")
        request = _request(scope, b"/" + path, await _body(receive))
        if not prefix:
            await _reply(send, httpx.Response(200, html=index_page(services, _address(scope))))
        elif prefix in routers:
            await _reply(send, await _outcome(routers[prefix].async_handler, request))
        else:
            await _reply(send, failure(request, 404, "look at / for what is served here"))

    return app


def _request(scope: Message, path: bytes, body: bytes) -> httpx.Request:
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    url = httpx.URL(scheme="http", host="mock", raw_path=path + query)
    timeout = {"timeout": {"read": _PATIENCE}}
    return httpx.Request(scope["method"], url, headers=scope["headers"], content=body, extensions=timeout)


async def _outcome(
    answer: Callable[[httpx.Request], Awaitable[httpx.Response]], request: httpx.Request
) -> httpx.Response:
    try:
        return await answer(request)
    except httpx.ReadTimeout:
        return failure(request, 504, f"swallowed: nothing came back within {_PATIENCE:g} s")


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _reply(send: Send, response: httpx.Response) -> None:
    headers = [(name.lower(), value) for name, value in response.headers.raw]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _address(scope: Message) -> str:
    host, port = scope["server"]
    return f"http://{host}:{port}"
