"""What all brokers that FastStream supports have in common: open, publish, work, broadcast, subscribe, close."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from faststream import Context
from faststream.message import StreamMessage

from eventdemo.durable.engine import Handle, reason_of
from eventdemo.durable.engines.message import Message, handle_broadcast
from eventdemo.durable.engines.server_engine import ServerEngine
from eventdemo.durable.jobs import Job, RetryPolicy

B = TypeVar("B", bound=Any)
Delivered = Annotated[StreamMessage[Any], Context("message")]
Subscriber = Callable[[Any], object]
log = logging.getLogger(__name__)
library_log = logging.getLogger(f"{__name__}.faststream")
library_log.addFilter(lambda record: not record.exc_info or record.exc_info[0] is not asyncio.CancelledError)
"""What FastStream logs, except the cancellation of each job that runs when its worker is stopped."""


@dataclass(eq=False)
class BrokerEngine(ServerEngine, Generic[B]):
    """An engine on a broker."""

    message: ClassVar[type[Message]]
    _broker: B = field(init=False, repr=False)

    # What differs between brokers

    @abstractmethod
    def _new_broker(self) -> B:
        """Return a broker that is not connected yet."""

    @abstractmethod
    async def _prepare(self) -> None:
        """Create the queues or topics that are missing."""

    @abstractmethod
    async def _send(self, job: Job) -> None:
        """Publish a job; return when the server has stored it."""

    @abstractmethod
    def _subscribers(self, broker: B, listener: str, policy: RetryPolicy) -> Iterable[Subscriber]:
        """Return the decorators that register a consumer for the jobs of a listener."""

    @abstractmethod
    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        """Store a job as a dead letter."""

    @abstractmethod
    async def _broadcast(self, job: Job) -> None:
        """Send a job to all subscribed instances."""

    @abstractmethod
    def _broadcast_subscriber(self, broker: B) -> Subscriber:
        """Return the one for broadcast jobs."""

    # The same for all

    @property
    def _options(self) -> dict[str, Any]:
        """Those of every broker."""
        return {"graceful_timeout": self.timeout, "logger": library_log, "log_level": logging.DEBUG}

    async def _open(self, opened: AsyncExitStack) -> None:
        self._broker = self._new_broker()
        opened.push_async_callback(self._disconnect, self._broker)
        await self._connect(self._broker)
        async with self._connecting():
            await self._prepare()

    async def publish(self, jobs: Sequence[Job]) -> None:
        async with self._connecting():
            await asyncio.gather(*(self._send(job) for job in jobs))

    async def _work(self, handle: Handle) -> None:
        broker = self._new_broker()
        for listener, policy in self.policies.items():
            self._consume(broker, listener, policy, handle)
        await self._run(broker)

    def _consume(self, broker: B, listener: str, policy: RetryPolicy, handle: Handle) -> None:
        async def delivered(message: Delivered) -> None:
            await self.message(message, self, listener, handle, policy).process()

        for subscriber in self._subscribers(broker, listener, policy):
            subscriber(delivered)

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        async with self._connecting():
            await asyncio.gather(*(self._broadcast(job) for job in jobs))

    async def subscribe(self, handle: Handle) -> None:
        async def received(message: Delivered) -> None:
            await handle_broadcast(message.body, handle)

        broker = self._new_broker()
        self._broadcast_subscriber(broker)(received)
        await self._run(broker)

    async def _run(self, broker: B) -> None:
        try:
            await self._connect(broker)
            await self._shielded(broker.start())
            await asyncio.Event().wait()
        finally:
            await self._disconnect(broker)

    async def _connect(self, broker: B) -> None:
        await self._shielded(broker.connect())

    async def _shielded(self, step: Coroutine[Any, Any, object]) -> None:
        """Let a step of the library finish even if this is cancelled.

        A cancelled `connect` would leave a connection open that is never closed. A cancelled `start` may swallow the
        cancellation, because it uses `wait_for`, which can lose one before Python 3.12.
        """
        task = asyncio.ensure_future(step)
        try:
            async with self._connecting():
                await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task], timeout=self.timeout)
            raise
        finally:
            task.cancel()

    async def _disconnect(self, broker: B) -> None:
        """Finish running jobs and disconnect, but do not wait for an unavailable server."""
        try:
            async with asyncio.timeout(2 * self.timeout):
                await broker.stop()
        except Exception as error:  # noqa: BLE001 - the libraries raise many types, and groups of them
            log.warning("%s was not disconnected in order: %s", self.title, reason_of(error))
