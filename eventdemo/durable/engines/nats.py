"""NATS JetStream through FastStream: one stream of jobs, a shared durable consumer for each listener.

A job is redelivered if its worker does not report progress for `ack_wait` seconds. Every delivery counts as an attempt,
even one that its worker did not survive. JetStream remembers ids for two minutes and accepts a job once in that time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import NotFoundError

from eventdemo.durable.engine import MAX_REDELIVERIES, Capabilities
from eventdemo.durable.engines.brokered import BrokerEngine, Subscriber
from eventdemo.durable.engines.message import Message, body_of, dead_letter_of, id_of
from eventdemo.durable.engines.server_engine import Letters
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.servers import Nats

log = logging.getLogger(__name__)
REMEMBERED = 120.0
"""Seconds for which JetStream remembers the id of a job and ignores a second publication."""


class _NatsJobMessage(Message):
    """A message of NATS, whose server accepts the outcome of an old delivery: a late retry would start the job again.

    So the worker watches its own clock, which also runs while it is paused.
    """

    engine: "JetStream"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.attempt = self.delivered.raw_message.metadata.num_delivered
        self._held_until = asyncio.get_running_loop().time() + self.engine.ack_wait

    async def process(self) -> None:
        """Process the job, but not if too many workers have died of it."""
        if self.attempt > self.policy.attempts + self.engine.max_redeliveries:
            await self.dead_letter(f"delivered {self.attempt - 1} times without an acknowledgement")
            return
        async with reporting_progress(self, self.engine.ack_wait / 3):
            await super().process()

    def is_lost(self) -> bool:
        return asyncio.get_running_loop().time() > self._held_until

    async def report_progress(self) -> None:
        held_until = asyncio.get_running_loop().time() + self.engine.ack_wait
        if not self.is_lost():
            await self.delivered.in_progress()
            self._held_until = held_until

    async def acknowledge(self) -> None:
        await self.delivered.ack_sync()  # confirmed: a lost acknowledgement would cause a redelivery

    async def retry(self, delay: float) -> None:
        await self.delivered.nack(delay=delay)


@dataclass(eq=False)
class JetStream(BrokerEngine[NatsBroker]):
    """An engine on a NATS server.

    A worker counts as dead if it reports no progress for `ack_wait` seconds, so the job of a listener that blocks the
    event loop for longer is processed twice. After `max_redeliveries` deaths of its worker, a job is dead-lettered.
    """

    name = "nats"
    title = "NATS"
    message = _NatsJobMessage
    errors = (NatsError,)
    embedded = Nats
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="NATS with JetStream",
        deduplicates=True,
        broadcasts=True,
        fencing="clock of the worker",
    )

    ack_wait: float = 5.0
    max_redeliveries: int = MAX_REDELIVERIES

    def _new_broker(self) -> NatsBroker:
        return NatsBroker(
            self.url,
            max_reconnect_attempts=-1,  # by default it gives up after two minutes, and every later call fails
            reconnect_time_wait=0.2,  # type: ignore[arg-type] # seconds; a float works too
            **self._options,
        )

    async def _connect(self, broker: NatsBroker) -> None:
        """Connect to a server that answers: the client would retry for ever, and leave a socket open when cancelled."""
        async with self._connecting():
            await check_server(self.url)
        await super()._connect(broker)

    async def _prepare(self) -> None:
        await self.streams.add_stream(
            name=self.prefix,
            subjects=[f"{self.prefix}.job.>"],
            retention=api.RetentionPolicy.WORK_QUEUE,  # a job is deleted when it is acknowledged
            duplicate_window=REMEMBERED,
        )
        await self.streams.add_stream(
            name=f"{self.prefix}-dead", subjects=[f"{self.prefix}.dead.>"], max_msgs_per_subject=1
        )

    @property
    def streams(self) -> JetStreamContext:
        return self._broker.config.broker_config.connection_state.stream

    async def _send(self, job: Job, *, message_id: str = "") -> None:
        headers = {"Nats-Msg-Id": message_id or job.id}
        await self.streams.publish(self._subject(job.listener), body_of(job), headers=headers)

    def _subscribers(self, broker: NatsBroker, listener: str, policy: RetryPolicy) -> Iterator[Subscriber]:
        for _ in range(policy.concurrency):
            # each fetches one job when it is free: in a batch, ack_wait would also run for the jobs that wait
            yield broker.subscriber(
                self._subject(listener),
                durable=token(listener).replace(".", "_"),
                stream=JStream(self.prefix, declare=False),
                pull_sub=PullSub(batch_size=1, timeout=self.timeout),
                config=api.ConsumerConfig(ack_wait=self.ack_wait, max_deliver=-1),  # the message enforces the limit
                ack_policy=AckPolicy.MANUAL,
            )

    async def _broadcast(self, job: Job) -> None:
        await self._broker.publish(body_of(job), f"{self.prefix}.broadcast")

    def _broadcast_subscriber(self, broker: NatsBroker) -> Subscriber:
        return broker.subscriber(f"{self.prefix}.broadcast")

    # Dead letters

    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        headers = {"reason": quote(reason), "attempts": str(attempts)}
        await self.streams.publish(f"{self.prefix}.dead.{token(id_of(body))}", body, headers=headers)

    async def _dead_letters(self) -> Letters:
        number = 0
        with suppress(NotFoundError):  # after the last one
            while True:
                kept = await self.streams.get_msg(f"{self.prefix}-dead", number + 1, subject=">", next=True)
                number = kept.seq or 0
                headers = kept.headers or {}
                reason = unquote(headers.get("reason", ""))
                if letter := dead_letter_of(kept.data or b"", headers.get("attempts", 0), reason):
                    yield letter, partial(self._publish_again, letter.job, number)

    async def _publish_again(self, job: Job, number: int) -> None:
        # with its old id, it would be ignored as a duplicate within two minutes of its first publication
        await self._send(job, message_id=f"{job.id} again {number}")
        await self.streams.delete_msg(f"{self.prefix}-dead", number)

    def _subject(self, listener: str) -> str:
        return f"{self.prefix}.job.{token(listener)}"


async def check_server(url: str) -> None:
    """Raise `OSError` unless a server greets a new connection, as NATS does."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port or 4222)
    try:
        if not await reader.readline():
            raise ConnectionError("it closes the connection")
    finally:
        writer.close()


@asynccontextmanager
async def reporting_progress(message: _NatsJobMessage, every: float) -> AsyncIterator[None]:
    """Report progress on a message repeatedly, so that the server does not redeliver it."""

    async def report() -> None:
        while True:
            # first at once: the server's clock began when it sent the message, and the worker's must not end later
            try:
                await message.report_progress()
            except NatsError as error:  # if the server is unavailable, the next report may reach it
                log.warning("%s could not report its progress: %s", message, error)
            await asyncio.sleep(every)

    reporting = asyncio.create_task(report())
    try:
        yield
    finally:
        reporting.cancel()


def token(text: str) -> str:
    """Return a text as one token of a subject, without spaces and wildcards."""
    return quote(text, safe="")
