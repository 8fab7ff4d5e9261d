"""The fakes, served over loopback by this process, which nobody kills: they know what really reached the services."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn

from mock_services import Company, FaultPlan, MockServices
from mock_services.asgi_app import served

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LOOPBACK = "127.0.0.1"
INFO, REMOVE = "/iid/iid/info/", "/iid/iid/v1:batchRemove"
"""Where one asks for a device's topics, and takes it out of some."""


class Fakes:
    """The three services, and how often each device was taken out of each topic."""

    def __init__(self, company: Company, seed: int) -> None:
        self.services = MockServices(company, FaultPlan.realistic(), seed)
        self._removals: Counter[tuple[str, str]] = Counter()
        self._looks: Counter[str] = Counter()
        self.url = ""
        self._app = served(self.services)

    @property
    def removals(self) -> Counter[tuple[str, str]]:
        """How often each device was taken out of each topic."""
        return self._removals

    @property
    def looks(self) -> Counter[str]:
        """How often somebody asked for a device's topics: the first thing that the listener of a logout does."""
        return self._looks

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, and count what it asks for."""
        if scope["type"] == "http" and scope["path"].startswith(INFO):
            self._looks[scope["path"].removeprefix(INFO)] += 1
        elif scope["type"] == "http" and scope["path"] == REMOVE:
            body = await _whole(receive)
            asked = json.loads(body)
            topic = asked["to"].removeprefix("/topics/")
            self._removals.update((token, topic) for token in asked["registration_tokens"])
            receive = _again(body)
        await self._app(scope, receive, send)


@asynccontextmanager
async def serving(company: Company, seed: int) -> AsyncIterator[Fakes]:
    """Serve the fakes on a free port of loopback until the block ends."""
    fakes = Fakes(company, seed)
    with socket.create_server((LOOPBACK, 0)) as listener:
        fakes.url = "http://{}:{}".format(*listener.getsockname()[:2])
        server = uvicorn.Server(
            uvicorn.Config(fakes, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        )
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # Ctrl-C is for the lab
        task = asyncio.create_task(server.serve(sockets=[listener]), name="fakes")
        try:
            yield fakes
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await task


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes) -> Receive:
    """Return a way to receive a body that has been received."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
