"""The fakes as an ASGI app, for curl and the browser: the same routers, one path prefix each."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_services.http import httpx
from mock_services.index_page import index_page
from mock_services.responses import failure
from mock_services.services import MockServices

OnRequest = Callable[[str, bytes], object]

_TIMEOUT = 60.0  # seconds; a swallowed request must end eventually, and curl has no timeout of its own


def asgi_app(services: MockServices, on_request: OnRequest | None = None) -> ASGIApp:
    """Return an app that answers under /oracle, /yardi, /fcm and /iid, and shows its index page at /.

    It calls `on_request` with the path and the body of each request first.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # uvicorn asks about lifespan and web sockets too
        request = Request(scope, receive)
        if on_request is not None:
            on_request(scope["path"], await request.body())
        response = await _respond(services, request)
        await response(scope, receive, send)

    return app


async def _respond(services: MockServices, request: Request) -> Response:
    prefix, _, path = request.scope["raw_path"].decode().removeprefix("/").partition("/")
    if not prefix:
        return HTMLResponse(index_page(services, str(request.base_url).rstrip("/")))
    forwarded = httpx.Request(
        request.method,
        httpx.URL(scheme="http", host="mock", raw_path=f"/{path}?{request.url.query}".rstrip("?").encode()),
        headers=request.headers.raw,
        content=await request.body(),
        extensions={"timeout": {"read": _TIMEOUT}},
    )
    answer = await _answer(services, prefix, forwarded)
    return Response(answer.content, answer.status_code, dict(answer.headers))


async def _answer(services: MockServices, prefix: str, request: httpx.Request) -> httpx.Response:
    fakes = {"oracle": services.oracle_fusion, "yardi": services.yardi, "fcm": services.fcm, "iid": services.fcm}
    if prefix not in fakes:
        return failure(request, 404, "nothing is served at this path; / lists what is")
    try:
        return await fakes[prefix].router.async_handler(request)
    except httpx.ReadTimeout:
        return failure(request, 504, f"swallowed: no answer within {_TIMEOUT:g} s")
