"""The fake services, served over loopback by the lab itself. It is never killed, so its counts are complete."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn

from mock_services import Company, FaultPlan, MockServices
from mock_services.asgi_app import asgi_app

LOOPBACK = "127.0.0.1"
INFO, REMOVE = "/iid/iid/info/", "/iid/iid/v1:batchRemove"
"""The paths that list a device's topics and remove it from some."""


class Fakes:
    """The three services, and a count of topic lookups and removals."""

    def __init__(self, company: Company, seed: int) -> None:
        self.services = MockServices(company, FaultPlan.realistic(), seed)
        self.removals: Counter[tuple[str, str]] = Counter()
        """How often each device was removed from each topic."""
        self.lookups: Counter[str] = Counter()
        """How often the topics of each device were requested: the first call that the listener of a logout makes."""
        self.url = ""
        self.app = asgi_app(self.services, self._count)

    def _count(self, path: str, body: bytes) -> None:
        if path.startswith(INFO):
            self.lookups[path.removeprefix(INFO)] += 1
        elif path == REMOVE:
            removal = json.loads(body)
            topic = removal["to"].removeprefix("/topics/")
            self.removals.update((token, topic) for token in removal["registration_tokens"])


@asynccontextmanager
async def serve_fakes(company: Company, seed: int) -> AsyncIterator[Fakes]:
    fakes = Fakes(company, seed)
    with socket.create_server((LOOPBACK, 0)) as listener:
        fakes.url = "http://{}:{}".format(*listener.getsockname()[:2])
        server = uvicorn.Server(
            uvicorn.Config(fakes.app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        )
        task = asyncio.create_task(server.serve(sockets=[listener]), name="fakes")
        try:
            yield fakes
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await task
