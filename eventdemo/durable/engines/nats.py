"""NATS JetStream through FastStream: one stream of jobs, a shared durable consumer for each listener.

A job that its worker does not report on for `ack_wait` is delivered to another. A delivery counts as an attempt, also
when the worker died of it. Ids are remembered for two minutes, and within them a job is accepted once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, unquote
from uuid import uuid4

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from eventdemo.durable.attempts import MAX_REDELIVERIES
from eventdemo.durable.engine import Capabilities, Handle
from eventdemo.durable.engines.brokered import BrokerEngine
from eventdemo.durable.engines.message import body_of, deliver, handle_broadcast
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy
from eventdemo.durable.servers import Nats

_log = logging.getLogger(__name__)
REMEMBERED = 120.0
"""Seconds for which the id of a job is known, so that publishing it again changes nothing."""


class JetStream(BrokerEngine[NatsBroker]):
    """An engine on the NATS server at `url`, or on an embedded one whose streams are in `folder`.

    A worker is taken for dead when it has not been heard of for `ack_wait` seconds: a listener that blocks the loop for
    longer has its job done twice. A job that takes more than `deaths` workers with it is a dead letter.
    """

    name = "nats"
    title = "NATS"
    errors = (NatsError,)
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="NATS with JetStream",
        deduplicates=True,
        delays_retries=True,
        limits_rate=False,
        broadcasts=True,
        keeps_order=True,
    )

    def __init__(
        self,
        url: str = "",
        *,
        policies: Mapping[str, RetryPolicy],
        prefix: str = "eventdemo",
        timeout: float = 5.0,
        folder: Path | None = None,
        ack_wait: float = 5.0,
        max_redeliveries: int = MAX_REDELIVERIES,
    ) -> None:
        super().__init__(url, policies=policies, prefix=prefix, timeout=timeout)
        self.server = Nats(folder) if not url else None
        self._ack_wait = ack_wait
        self._max_redeliveries = max_redeliveries

    async def open(self) -> None:
        """Start the embedded server, if it is that; have the streams for jobs and for dead letters."""
        if self.server is not None:
            await asyncio.to_thread(self.server.start)
            self._url = self.server.url
        await super().open()

    async def close(self) -> None:
        """Let go of the server; an embedded one ends."""
        await super().close()
        if self.server is not None:
            await asyncio.to_thread(self.server.stop)

    def _connection(self) -> NatsBroker:
        return NatsBroker(
            self._url,
            max_reconnect_attempts=-1,  # by default it gives up after two minutes, and every call fails from then on
            reconnect_time_wait=0.2,  # type: ignore[arg-type] # seconds, and it need not be whole ones
            graceful_timeout=self._timeout,
            logger=_log,
            log_level=logging.DEBUG,
        )

    async def _prepare(self) -> None:
        await self.streams.add_stream(
            name=self._prefix,
            subjects=[f"{self._prefix}.job.>"],
            retention=api.RetentionPolicy.WORK_QUEUE,  # a job is kept until it is done, and no longer
            duplicate_window=REMEMBERED,
        )
        await self.streams.add_stream(
            name=f"{self._prefix}-dead", subjects=[f"{self._prefix}.dead.>"], max_msgs_per_subject=1
        )

    @property
    def streams(self) -> JetStreamContext:
        """Return what manages streams, on the open connection."""
        return self._broker.config.broker_config.connection_state.stream

    async def _send(self, job: Job) -> None:
        await self._publish(job, known_as=job.id)

    async def _publish(self, job: Job, *, known_as: str) -> None:
        await self.streams.publish(self._subject(job.listener), body_of(job), headers={"Nats-Msg-Id": known_as})

    def _consume(self, broker: NatsBroker, listener: str, policy: RetryPolicy, handle: Handle) -> None:
        async def delivered(message: NatsMessage) -> None:
            job_message = _Message(message, self)
            if job_message.attempt > policy.attempts + self._max_redeliveries:
                await job_message.dead_letter(f"delivered {job_message.attempt - 1} times, and never reported on")
                return
            async with alive(message, self._ack_wait / 3):
                await deliver(job_message, handle, policy)

        for _ in range(policy.concurrency):
            # each fetches one job when it is free: in a batch, ack_wait would run for jobs that only wait their turn
            subscriber = broker.subscriber(
                self._subject(listener),
                durable=token(listener).replace(".", "_"),
                stream=JStream(self._prefix, declare=False),
                pull_sub=PullSub(batch_size=1, timeout=self._timeout),
                config=api.ConsumerConfig(ack_wait=self._ack_wait, max_deliver=-1),  # the limit is set above
                ack_policy=AckPolicy.MANUAL,
            )
            subscriber(delivered)

    async def _broadcast(self, job: Job) -> None:
        await self._broker.publish(body_of(job), f"{self._prefix}.broadcast")

    def _receive_broadcasts(self, broker: NatsBroker, handle: Handle) -> None:
        async def received_broadcast(message: NatsMessage) -> None:
            await handle_broadcast(message.raw_message.data, handle)

        broker.subscriber(f"{self._prefix}.broadcast")(received_broadcast)

    # Dead letters

    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        """Keep a job as a dead letter; the same job a second time replaces it."""
        try:
            number = Job.model_validate_json(body).id
        except ValidationError:
            number = uuid4().hex
        headers = {"reason": quote(reason), "attempts": str(attempts)}
        await self.streams.publish(self._dead(number), body, headers=headers)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that were given up, the oldest first."""
        async with self._connecting():
            return [letter async for letter in self._letters()]

    async def _letters(self) -> AsyncIterator[DeadLetter]:
        number = 0
        with suppress(NotFoundError):  # that was the last one
            while True:
                kept = await self.streams.get_msg(f"{self._prefix}-dead", number + 1, subject=">", next=True)
                number = kept.seq or 0
                headers = kept.headers or {}
                with suppress(ValidationError):  # what is no job stays, for whoever put it there
                    job = Job.model_validate_json(kept.data or b"")
                    reason = unquote(headers.get("reason", ""))
                    yield DeadLetter(job=job, attempts=int(headers.get("attempts", 0)), reason=reason)

    async def retry(self, ids: Iterable[str]) -> int:
        """Publish dead letters again, with all their attempts; return how many there were."""
        found = 0
        async with self._connecting():
            for number in ids:
                with suppress(NotFoundError):
                    kept = await self.streams.get_last_msg(f"{self._prefix}-dead", self._dead(number))
                    job = Job.model_validate_json(kept.data or b"")
                    # under its old id it would be taken for a duplicate, if it died within two minutes
                    await self._publish(job, known_as=f"{number} again {kept.seq}")
                    await self.streams.delete_msg(f"{self._prefix}-dead", kept.seq or 0)
                    found += 1
        return found

    def _subject(self, listener: str) -> str:
        return f"{self._prefix}.job.{token(listener)}"

    def _dead(self, number: str) -> str:
        return f"{self._prefix}.dead.{token(number)}"


class _Message:
    """A message of JetStream, as the one handler sees it."""

    def __init__(self, message: NatsMessage, engine: JetStream) -> None:
        self.body = message.raw_message.data
        self.attempt: int = message.raw_message.metadata.num_delivered
        self._message = message
        self._engine = engine

    async def acknowledge(self) -> None:
        await self._message.ack_sync()  # until the server has said that it knows: a lost word would be a second run

    async def retry(self, delay: float) -> None:
        await self._message.nack(delay=delay)

    async def dead_letter(self, reason: str) -> None:
        await self._engine.dead_letter(self.body, self.attempt, reason)
        await self._message.ack_sync()


@asynccontextmanager
async def alive(message: NatsMessage, every: float) -> AsyncIterator[None]:
    """Tell the server again and again that somebody works on a message, so that it gives it to nobody else."""

    async def report() -> None:
        while True:
            await asyncio.sleep(every)
            with suppress(NatsError):  # a server that is away hears the next one
                await message.in_progress()

    reporting = asyncio.create_task(report())
    try:
        yield
    finally:
        reporting.cancel()


def token(text: str) -> str:
    """Return a text as part of a subject: no space, no wildcard."""
    return quote(text, safe="")
