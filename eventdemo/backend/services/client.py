"""The HTTP client that calls the services. It ignores cookies, because one client serves all organisations.

A cookie that one organisation's server sets must not reach another's. Looking for cookies in every response would also
take an eighth of the time of a call.
"""

from eventdemo.backend.services.http import httpx


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore them."""


class ServiceClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` without a cookie jar, and without settings from the environment."""

    cookies = _NoCookies()  # type: ignore[override]  # httpx has a property here, for a jar that can be replaced

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(transport=transport, trust_env=False)
