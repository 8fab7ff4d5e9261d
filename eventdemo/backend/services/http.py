"""The HTTP library of the clients, and the client that calls the services.

The rest of the package imports httpx from here, so that one line changes it. The client ignores cookies, because it
serves all organisations, and a cookie that one organisation's server sets must not reach another's.
"""

from typing import Any

import httpx

__all__ = ["ServiceClient", "httpx"]


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore them."""


class ServiceClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` without a cookie jar, and without settings from the environment."""

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
