"""One round trip to an external system: send a request, and turn every failure into a `ServiceError`.

The rest of the package imports httpx from here, so that one line changes it. Deliberately absent: retries. The only
second attempt in this package is `session.py`'s, after a 401.
"""

from functools import lru_cache
from typing import Any, TypeVar

import httpx
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

__all__ = ["ServiceClient", "call", "httpx", "name_of", "parsed_url", "read"]

Shape = TypeVar("Shape", bound=BaseModel)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore them."""


class ServiceClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` without a cookie jar, and without settings from the environment.

    It serves all organisations, and a cookie that one organisation's server sets must not reach another's.
    """

    cookies = _NoCookies()  # type: ignore[override]  # httpx has a property here, for a jar that can be replaced

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._own_transport = transport or httpx.AsyncHTTPTransport(trust_env=False)
        super().__init__(transport=self._own_transport, trust_env=False)

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request: without options, straight to the transport.

        The services need neither httpx's authentication nor its redirects and cookies, which take a quarter of a call.
        """
        if options or self.is_closed:
            return await super().send(request, **options)
        request.extensions = {"timeout": self.timeout.as_dict(), **request.extensions}
        response = await self._own_transport.handle_async_request(request)
        response.request = request
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response


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
    status, request = response.status_code, name_of(response.request)
    words = " ".join(response.text.split())[:200].rstrip(".")
    cause = f"{status} {response.reason_phrase}" + (f", {words}" if words else "")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(service, request, cause, _retry_after(response))
    if status == httpx.codes.UNAUTHORIZED:
        return Unauthorized(service, request, cause)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ServiceUnavailable(service, request, cause)
    return Rejected(service, request, cause, status, response.text)


def _retry_after(response: httpx.Response) -> float | None:
    # The header may also be an HTTP date, but to read one takes a wall clock, which this package never uses.
    try:
        return float(response.headers["retry-after"])
    except (KeyError, ValueError):
        return None
