"""The HTTP client that calls the services. It takes no cookies: one client serves all organisations.

A cookie that one organisation's server sets must not reach another's. Our requests carry none in any case, so looking
for some in every answer would be work for nothing, and an eighth of the time that a call takes here.
"""

from __future__ import annotations

import httpx


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave them where they are."""


class ServiceClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` without a cookie jar, and without settings from the environment."""

    cookies = _NoCookies()  # type: ignore[override]  # httpx has a property here, for a jar that can be replaced

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(transport=transport, trust_env=False)
