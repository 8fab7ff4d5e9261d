"""The HTTP library of the clients, and the client that calls the services.

The rest of the package imports httpx from here, so that one line changes it. The client ignores cookies, because it
serves all organisations, and a cookie that one organisation's server sets must not reach another's. Looking for cookies
in every response would also take an eighth of the time of a call.
"""

import httpx

__all__ = ["ServiceClient", "httpx"]


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore them."""


class ServiceClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` without a cookie jar, and without settings from the environment."""

    cookies = _NoCookies()  # type: ignore[override]  # httpx has a property here, for a jar that can be replaced

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(transport=transport, trust_env=False)
