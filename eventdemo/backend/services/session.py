"""Calls with an OAuth token: one is cached per integration (one organisation's account), and renewed after a 401.

The grant is OAuth 2.0 client credentials (RFC 6749, section 4.4, https://www.rfc-editor.org/rfc/rfc6749#section-4.4).
There is no clock: a token is used until the service refuses it, whatever `expires_in` said.
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import KW_ONLY, dataclass, field

from pydantic import BaseModel

from eventdemo.backend.services.errors import Unauthorized
from eventdemo.backend.services.http import call, httpx, parsed_url, read


@dataclass(frozen=True, slots=True)
class Integration:
    """The address of an organisation's Oracle or Yardi, and our client id and secret there.

    `token_url` is for real Oracle Fusion, where tokens come from an identity domain on a separate host. If it is empty,
    the client uses the service's token path under `base_url`.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)  # a traceback that prints its locals must not print this
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class TokenCache:
    headers: MutableMapping[Integration, httpx.Headers] = field(default_factory=dict)
    renewals: MutableMapping[Integration, asyncio.Lock] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """Authenticated calls to one external system, for any number of organisations."""

    http: httpx.AsyncClient
    service: str
    _: KW_ONLY
    token_path: str
    scope: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those of every call, beside the token."""
    tokens: TokenCache = field(default_factory=TokenCache)

    async def call(
        self, integration: Integration, method: str, path: str, json: Mapping[str, object] | None = None
    ) -> httpx.Response:
        """Return the response to a request, which is sent a second time only if the token had expired."""

        async def send(headers: httpx.Headers) -> httpx.Response:
            # `httpx.Request` costs half as much as `http.build_request`, whose cookies and merged URLs we do not need.
            request = httpx.Request(method, parsed_url(integration.base_url + path), headers=headers, json=json)
            return await call(self.http, self.service, request)

        headers = self.tokens.headers.get(integration) or await self._renew(integration, None)
        try:
            return await send(headers)
        except Unauthorized:
            return await send(await self._renew(integration, headers))

    async def _renew(self, integration: Integration, refused: httpx.Headers | None) -> httpx.Headers:
        """Return headers with a newer token than `refused`; of many calls refused at once, one fetches it for all."""
        async with self.tokens.renewals.setdefault(integration, asyncio.Lock()):
            current = self.tokens.headers.get(integration)
            if current is None or current is refused:
                token = await self._request_token(integration)
                current = httpx.Headers({**self.headers, "Authorization": f"Bearer {token}"})
                self.tokens.headers[integration] = current
            return current

    async def _request_token(self, integration: Integration) -> str:
        credentials = b64encode(f"{integration.client_id}:{integration.client_secret}".encode()).decode()
        request = httpx.Request(
            "POST",
            integration.token_url or integration.base_url + self.token_path,
            headers={"Authorization": f"Basic {credentials}"},
            data={"grant_type": "client_credentials", "scope": self.scope},
        )
        response = await call(self.http, self.service, request)
        return read(_Token, self.service, response).access_token


class _Token(BaseModel):
    access_token: str
