"""For each engine: the server to test it on, settings that make it quick, and how to clear away what a test left."""

import asyncio
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from inspect import isawaitable
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from eventdemo.core import clock
from eventdemo.durable import servers
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.registry import engine

RABBITMQ = "amqp://guest:guest@127.0.0.1:5672/"
LISTENER = "Clerk.file_away"
QUICK = RetryPolicy(first_delay=0.2)


@dataclass
class Rig:
    """An engine's name, its server, and what makes it quick enough for a test."""

    name: str
    server: Any
    """Makes the server as a context manager; None if it is not ours to start."""
    absent: str
    """A URL at which there is no server; `{port}` is one that the test chooses."""
    quick: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    running: Any = None
    databases: list[Any] = field(default_factory=list)

    @contextmanager
    def up(self):
        """Have the server, for as long as the block lasts."""
        with self.server() if self.server is not None else nullcontext() as self.running:
            self.url = self.running.url if self.running is not None else RABBITMQ
            yield self

    def made(self, policies=None, **options):
        """Return an engine, not yet open."""
        settings = {"url": self.url, "policies": policies or {LISTENER: QUICK}, "timeout": 3.0}
        return engine(self.name, **{**settings, **self.quick, **options})


class OutboxRig(Rig):
    """The engine that needs no server: a prefix is a database of its own."""

    @contextmanager
    def up(self):
        with TemporaryDirectory() as self.url:
            yield self
            while self.databases:
                self.databases.pop().close()

    def made(self, policies=None, *, prefix, **options):
        from eventdemo.backend.storage.database import (
            Database,  # late: the processes that are killed here seldom need it
        )
        from eventdemo.durable.outbox import Outbox

        database = Database(f"sqlite:///{self.url}/{prefix}.sqlite")
        self.databases.append(database)
        settings = {"outbox": Outbox(database), "lease_seconds": 1.0, "poll_interval": 0.05, **options}
        return engine(self.name, policies=policies or {LISTENER: QUICK}, **settings)


RIGS = {
    rig.name: rig
    for rig in (
        OutboxRig("outbox", None, ""),
        Rig("bullmq", servers.Valkey, "redis://:secret@127.0.0.1:{port}/0", {"lock_duration": 1.0}),
        Rig("nats", servers.Nats, "nats://secret@127.0.0.1:{port}", {"ack_wait": 1.0}),
        Rig("rabbitmq", None, "amqp://guest:secret@127.0.0.1:{port}/"),
        Rig("kafka", servers.MockKafka, "127.0.0.1:{port}", {"session_timeout": 4.0, "timeout": 15.0}),
    )
}


def fresh():
    """Return a prefix that nothing on a server begins with yet."""
    return f"eventdemo-test-{uuid4().hex[:12]}"


def job(number, listener=LISTENER, **payload):
    """Return a job; the same number is the same id."""
    return Job(
        id=f"{listener}-{number}",
        event="auth.logout",
        payload={"user_id": 7, **payload},
        listener=listener,
        accepted=clock.current().now(),
    )


async def clear(engine):
    """Take away what an engine left on a server that goes on."""
    if engine.name == "rabbitmq":
        await engine.remove()


async def eventually(happened, within=45.0):
    """Wait until something has happened, or fail."""
    async with asyncio.timeout(within):
        while True:
            seen = happened()
            if seen := await seen if isawaitable(seen) else seen:
                return seen
            await asyncio.sleep(0.02)
