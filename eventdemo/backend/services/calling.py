"""One round trip to an external system: send a request, and turn every failure into a `ServiceError`.

Deliberately absent: retries. The only second attempt in this package is `session.py`'s, after a 401.
"""

from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eventdemo.backend.services.errors import (
    MalformedResponse,
    RateLimited,
    Rejected,
    ServiceError,
    ServiceTimeout,
    ServiceUnavailable,
    Unauthorized,
)
from eventdemo.backend.services.http import httpx

Shape = TypeVar("Shape", bound=BaseModel)


@lru_cache(maxsize=8192)  # to parse a URL is a third of a request's cost, and polls repeat the same URLs
def parsed_url(text: str) -> httpx.URL:
    """Return a URL that requests can share."""
    return httpx.URL(text)


async def call(http: httpx.AsyncClient, service: str, request: httpx.Request) -> httpx.Response:
    """Return the response to `request` if it is a 2xx, or raise the matching `ServiceError`."""
    try:
        response = await http.send(request)
    except httpx.TimeoutException as error:
        raise ServiceTimeout(service, name_of(request), _timeout(request)) from error
    except httpx.TransportError as error:
        raise ServiceUnavailable(service, name_of(request), f"no connection ({error})") from error
    if response.is_success:
        return response
    raise _failure(service, response)


def read(shape: type[Shape], service: str, response: httpx.Response) -> Shape:
    """Return the body of `response` as a `shape`; extra fields are ignored, missing ones are an error."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        cause = f"unreadable answer, at {where}: {first['msg']}"
        raise MalformedResponse(service, name_of(response.request), cause) from error


def name_of(request: httpx.Request) -> str:
    """Return the method and path of a request, for error messages; a query may be too private for a log."""
    return f"{request.method} {request.url.path}"


def _timeout(request: httpx.Request) -> str:
    timeout = request.extensions["timeout"]
    return f"no answer within {timeout['read']:g} s" if timeout["read"] else "no connection before the timeout"


def _failure(service: str, response: httpx.Response) -> ServiceError:
    status, request, cause = response.status_code, name_of(response.request), _cause(response)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(service, request, cause, _retry_after(response))
    if status == httpx.codes.UNAUTHORIZED:
        return Unauthorized(service, request, cause)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ServiceUnavailable(service, request, cause)
    return Rejected(service, request, cause, status, response.text)


def _cause(response: httpx.Response) -> str:
    words = " ".join(response.text.split())[:200].rstrip(".")
    return f"{response.status_code} {response.reason_phrase}" + (f", {words}" if words else "")


def _retry_after(response: httpx.Response) -> float | None:
    # The header may also be an HTTP date, but to read one takes a wall clock, which this package never uses.
    try:
        return float(response.headers["retry-after"])
    except (KeyError, ValueError):
        return None
