"""Builds the web app, and turns errors into answers. `eventdemo serve` runs it on the mock services."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from itertools import cycle

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Match

from eventdemo.backend.callers import NotAnEmployeeError
from eventdemo.backend.services import ServiceError
from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.backend.storage.dialects import DatabaseUnavailableError
from eventdemo.backend.storage.store import TakenError, UnknownUserError
from eventdemo.backend.web.access import LoginLimit
from eventdemo.backend.web.routes import router
from eventdemo.backend.wiring import Backend

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
LOCAL_HOSTS = ("localhost", "127.0.0.1")
MAX_BODY_SIZE = 64 * 1024
STATUS: dict[type[Exception], int] = {
    NotAnEmployeeError: 400,
    UnknownUserError: 404,
    TakenError: 409,
    ServiceError: 502,
    DatabaseUnavailableError: 503,
}
"""The HTTP status of each expected error. Any other error is a bug: a 500, and a traceback in the log."""

RETRY_AFTER = range(1, 6)
"""Seconds after which a client that got a 503 should try again, in turn, so that not all of them do so at once."""


def create_app(
    backend: Backend | None = None,
    lifespan: Lifespan | None = None,
    *,
    external_key: str,
    hosts: Sequence[str] = LOCAL_HOSTS,
) -> FastAPI:
    """Return an app that serves `backend`, or the one that `lifespan` puts into its state; OpenAPI is at `/docs`.

    Requests must name one of the `hosts`, and those of other systems must carry the `external_key`.
    """
    app = FastAPI(
        title="eventdemo",
        summary="The article's backend, on an in-process event bus",
        lifespan=lifespan,
        max_body_size=MAX_BODY_SIZE,
    )
    app.state.backend, app.state.external_key, app.state.login_limit = backend, external_key, LoginLimit()
    app.state.retry_after = cycle(RETRY_AFTER)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.include_router(router)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    app.add_exception_handler(HTTPException, answer_http_error)
    for error in (*STATUS, ExceptionGroup):
        app.add_exception_handler(error, answer_with_reasons)
    return app


async def answer_with_reasons(request: Request, error: Exception) -> JSONResponse:
    """Answer a failed request with one sentence for each reason, and the highest status among them."""
    known = leaf_exceptions(error)
    if not all(isinstance(reason, tuple(STATUS)) for reason in known):
        raise error
    status = max(status for kind, status in STATUS.items() for reason in known if isinstance(reason, kind))
    unavailable = status == STATUS[DatabaseUnavailableError]
    headers = {"Retry-After": str(next(request.app.state.retry_after))} if unavailable else None
    return JSONResponse({"detail": " ".join(map(str, known))}, status, headers)


async def answer_invalid_request(_: Request, error: Exception) -> Response:
    """Say what is wrong without repeating the input: it may be a password, or not be encodable as UTF-8."""
    assert isinstance(error, RequestValidationError)
    wrong = [{"loc": found["loc"], "msg": found["msg"], "type": found["type"]} for found in error.errors()]
    return Response(json.dumps({"detail": wrong}), 422, media_type="application/json")


async def answer_http_error(request: Request, error: Exception) -> Response:
    """Answer as FastAPI does, but let `Allow` name the methods of all entry points at this path, not of one."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := methods_at(request)):
        error.headers = {"Allow": ", ".join(sorted(methods))}
    return await http_exception_handler(request, error)


def methods_at(request: Request) -> set[str]:
    here = [route for route in router.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in here if isinstance(route, APIRoute) for method in route.methods or ()}
