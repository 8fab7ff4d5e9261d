"""What is the same for every broker that FastStream speaks to: open, publish, work, hear, and let go in time."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, ClassVar, Generic, TypeVar

from eventdemo.durable.engine import Handle
from eventdemo.durable.engines.connection import connecting_to, without_secrets
from eventdemo.durable.jobs import Job, RetryPolicy

B = TypeVar("B", bound=Any)


class BrokerEngine(ABC, Generic[B]):
    """An engine on the broker at `url`.

    `policies` has each listener and how its jobs are tried. `prefix` is what everything on the server is called after,
    so that several backends can share one. After `patience` seconds a server that does not answer is called absent.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    errors: ClassVar[tuple[type[Exception], ...]]
    """What the broker's library raises when the server cannot be reached."""

    def __init__(
        self, url: str, *, policies: Mapping[str, RetryPolicy], prefix: str = "eventdemo", timeout: float = 5.0
    ) -> None:
        self._url = url
        self._policies = policies
        self._prefix = prefix
        self._timeout = timeout
        self._opened: B | None = None

    # What each broker does its own way

    @abstractmethod
    def _connection(self) -> B:
        """Return a new connection, not yet made."""

    @abstractmethod
    async def _prepare(self) -> None:
        """Have everything on the server that jobs need."""

    @abstractmethod
    async def _send(self, job: Job) -> None:
        """Return when the server holds a job durably."""

    @abstractmethod
    def _consume(self, broker: B, listener: str, policy: RetryPolicy, handle: Handle) -> None:
        """Have the jobs of a listener delivered to the one handler."""

    @abstractmethod
    async def _broadcast(self, job: Job) -> None:
        """Send a job to everybody who hears."""

    @abstractmethod
    def _receive_broadcasts(self, broker: B, handle: Handle) -> None:
        """Have what is announced delivered to this instance."""

    # The same for all

    async def open(self) -> None:
        """Connect, and have everything on the server that jobs need."""
        self._opened = self._connection()
        try:
            async with self._connecting():
                await self._connect(self._opened)
                await self._prepare()
        except BaseException:
            await self.close()
            raise

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Have jobs accepted, each on its own; it returns when the server holds all of them."""
        async with self._connecting():
            await asyncio.gather(*(self._send(job) for job in jobs))

    async def work(self, handle: Handle) -> None:
        """Do the jobs of all listeners until this is cancelled; a job that has begun is finished first."""
        broker = self._connection()
        for listener, policy in self._policies.items():
            self._consume(broker, listener, policy, handle)
        await self._run(broker)

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        """Hand each of these jobs to every instance that hears at this moment."""
        async with self._connecting():
            await asyncio.gather(*(self._broadcast(job) for job in jobs))

    async def subscribe(self, handle: Handle) -> None:
        """Do what is announced, in this instance, until this is cancelled."""
        broker = self._connection()
        self._receive_broadcasts(broker, handle)
        await self._run(broker)

    async def close(self) -> None:
        """Let go of the server."""
        if self._opened is not None:
            await self._let_go(self._opened)
            self._opened = None

    async def _run(self, broker: B) -> None:
        try:
            async with self._connecting():
                await self._connect(broker)
                await broker.start()
            await asyncio.Event().wait()
        finally:
            await self._let_go(broker)

    async def _connect(self, broker: B) -> None:
        await broker.connect()

    async def _let_go(self, broker: B) -> None:
        """Finish what has begun, and disconnect; a server that has gone is not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * self._timeout):
                await broker.stop()

    @property
    def _broker(self) -> B:
        assert self._opened is not None, "open() the engine first"
        return self._opened

    def _connecting(self) -> AbstractAsyncContextManager[None]:
        return connecting_to(f"{self.title} at {without_secrets(self._url)}", self._timeout, self.errors)
