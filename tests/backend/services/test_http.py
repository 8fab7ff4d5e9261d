"""One client serves every organisation, so it must not send a server's cookie to any server."""

import asyncio

import httpx

from eventdemo.backend.services import ServiceClient


def test_a_cookie_that_a_server_sets_is_never_sent():
    sent = []

    def answer(request):
        sent.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "tenant=north; Domain=example"})

    async def main():
        async with ServiceClient(httpx.MockTransport(answer)) as http:
            for host in ("north", "north", "south"):
                await http.get(f"https://{host}.example/")
            return len(http.cookies)

    assert asyncio.run(main()) == 0
    assert sent == [None, None, None]
