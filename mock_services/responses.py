"""The fakes' answers: JSON bodies, errors, and a truncated body."""

import json
from collections.abc import Mapping

from mock_services.http import httpx

# `json.dumps` with separators builds a new encoder on every call.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_JSON = {"Content-Type": "application/json"}


def answer(
    request: httpx.Request, body: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Return `body` as JSON. Naming the request keeps respx from cloning the response."""
    content = _encode(body).encode()
    return httpx.Response(status, headers={**_JSON, **(headers or {})}, content=content, request=request)


def failure(
    request: httpx.Request, status: int, message: str, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    return answer(request, {"error": {"code": status, "message": message}}, status, headers)


def truncated(response: httpx.Response) -> httpx.Response:
    """Return the first half of a response, as if the connection had broken without an error."""
    half = response.content[: len(response.content) // 2]
    return httpx.Response(response.status_code, headers=_JSON, content=half, request=response.request)
