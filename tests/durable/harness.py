"""For each engine: the server to test it on, options that make it fast, and how to clean up after a test."""

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
from tests.durable.mock_kafka import MockKafka

RABBITMQ = "amqp://guest:guest@127.0.0.1:5672/"
LISTENER = "Clerk.file_away"
FAST_RETRIES = RetryPolicy(first_delay=0.2)
PATIENCE = 20.0
"""Seconds that a server has to answer: a busy machine may take several for what an idle one does in a millisecond."""


@dataclass
class Harness:
    """The name of an engine, its server, and options that make it fast enough for a test."""

    name: str
    server: Any
    """Creates the server as a context manager; None if the test does not start it."""
    unreachable_url: str
    """A URL without a server; the test chooses the `{port}`."""
    options: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    running: Any = None
    databases: list[Any] = field(default_factory=list)

    @contextmanager
    def running_server(self):
        """Run the server for the duration of the block."""
        with self.server() if self.server is not None else nullcontext() as self.running:
            self.url = self.running.url if self.running is not None else RABBITMQ
            yield self

    def new_engine(self, policies=None, **options):
        """Return an engine that is not open yet."""
        settings = {"url": self.url, "policies": policies or {LISTENER: FAST_RETRIES}, "timeout": PATIENCE}
        return engine(self.name, **{**settings, **self.options, **options})


class OutboxHarness(Harness):
    """The engine without a server: each prefix is a database of its own."""

    @contextmanager
    def running_server(self):
        with TemporaryDirectory() as self.url:
            yield self
            while self.databases:
                self.databases.pop().close()

    def new_engine(self, policies=None, *, prefix, **options):
        # imported here, because most of the processes that a test kills need neither
        from eventdemo.backend.storage.database import Database
        from eventdemo.durable.outbox import Outbox

        database = Database(f"sqlite:///{self.url}/{prefix}.sqlite")
        self.databases.append(database)
        settings = {"outbox": Outbox(database), "lease_seconds": 1.0, "poll_interval": 0.05, **options}
        return engine(self.name, policies=policies or {LISTENER: FAST_RETRIES}, **settings)


HARNESSES = {
    harness.name: harness
    for harness in (
        OutboxHarness("outbox", None, ""),
        Harness("bullmq", servers.Valkey, "redis://:secret@127.0.0.1:{port}/0", {"lock_duration": 1.0}),
        Harness("nats", servers.Nats, "nats://secret@127.0.0.1:{port}", {"ack_wait": 1.0}),
        Harness("rabbitmq", None, "amqp://guest:secret@127.0.0.1:{port}/"),
        Harness("kafka", MockKafka, "127.0.0.1:{port}", {"session_timeout": 4.0}),
    )
}


def new_prefix():
    """Return a prefix that no queue on a server has yet."""
    return f"eventdemo-test-{uuid4().hex[:12]}"


def job(number, listener=LISTENER, **payload):
    """Return a job; the same number gives the same id."""
    return Job(
        id=f"{listener}-{number}",
        event="auth.logout",
        payload={"user_id": 7, **payload},
        listener=listener,
        accepted=clock.now(),
    )


async def clean_up(engine):
    """Delete the queues of an engine on a server that keeps running."""
    if engine.name == "rabbitmq":
        for queue in engine.queues():
            await (await engine._broker.declare_queue(queue)).delete(if_unused=False, if_empty=False)
        await (await engine._broker.declare_exchange(engine._broadcast_exchange)).delete()


async def eventually(condition, within=45.0):
    """Wait until a condition holds, and return its value; fail after `within` seconds."""
    async with asyncio.timeout(within):
        while True:
            value = condition()
            if value := await value if isawaitable(value) else value:
                return value
            await asyncio.sleep(0.02)
