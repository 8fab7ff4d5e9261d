"""The fake services, served over loopback by the lab itself. It is never killed, so its counts are complete."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import uvicorn

from mock_services import Company, FaultPlan, MockServices
from mock_services.asgi_app import asgi_app

LOOPBACK = "127.0.0.1"
INFO, REMOVE = "/iid/iid/info/", "/iid/iid/v1:batchRemove"
"""The paths that list a device's topics and remove it from some."""


@dataclass(frozen=True, slots=True)
class Fakes:
    """The address of the three services, and a count of topic lookups and removals."""

    url: str
    removals: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each device was removed from each topic."""
    lookups: Counter[str] = field(default_factory=Counter)
    """How often the topics of each device were requested: the first call that the listener of a logout makes."""

    def count(self, path: str, body: bytes) -> None:
        if path.startswith(INFO):
            self.lookups[path.removeprefix(INFO)] += 1
        elif path == REMOVE:
            removal = json.loads(body)
            topic = removal["to"].removeprefix("/topics/")
            self.removals.update((token, topic) for token in removal["registration_tokens"])


@asynccontextmanager
async def serve_fakes(company: Company, seed: int) -> AsyncIterator[Fakes]:
    with socket.create_server((LOOPBACK, 0)) as listener:
        fakes = Fakes("http://{}:{}".format(*listener.getsockname()[:2]))
        app = asgi_app(MockServices(company, FaultPlan.realistic(), seed), fakes.count)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listener]), name="fakes")
        try:
            yield fakes
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await task
