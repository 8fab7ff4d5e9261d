"""Kafka through FastStream: a topic and a consumer group for each listener, a topic for dead letters.

Kafka is a log and knows only how far a group has read. So nothing behind a failing job is done before that one is: its
retries happen in its place, and how often it was tried is forgotten when the worker dies. What has no limit there is a
job that kills its worker. Tested on librdkafka's mock of a broker, with one consumer a group; never on a real cluster.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from faststream import AckPolicy
from faststream.confluent import KafkaBroker, KafkaMessage
from pydantic import ValidationError

from eventdemo.durable.engine import Capabilities, EngineUnavailableError, Handle
from eventdemo.durable.engines.brokered import BrokerEngine
from eventdemo.durable.engines.message import body_of, deliver, handle_broadcast
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

_log = logging.getLogger(__name__)
_log.addFilter(lambda record: "Auto create topics is disabled" not in record.getMessage())  # we have created them
PARTITIONS = 4
"""Of a topic that we create: so many workers of one listener can work side by side."""
SILENCE = 300.0
"""Seconds on top of the waiting between attempts, after which a group takes a worker that fetches nothing for dead."""
READER: dict[str, Any] = {"enable.auto.commit": False, "fetch.wait.max.ms": 10, "log_level": 0}


class Kafka(BrokerEngine[KafkaBroker]):
    """An engine on the Kafka whose first broker is at `url`, `host:port`. Jobs of one user stay in their order.

    A group takes a worker for dead when it has not been heard of for `session` seconds; brokers accept 6 s or more.
    """

    name = "kafka"
    title = "Kafka"
    errors = (KafkaException,)
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="Kafka",
        deduplicates=False,
        delays_retries=True,
        limits_rate=False,
        broadcasts=True,
        keeps_order=False,
    )

    def __init__(
        self,
        url: str = "",
        *,
        policies: Mapping[str, RetryPolicy],
        prefix: str = "eventdemo",
        timeout: float = 5.0,
        session_timeout: float = 10.0,
    ) -> None:
        super().__init__(url or "127.0.0.1:9092", policies=policies, prefix=prefix, timeout=timeout)
        self._session_timeout = session_timeout
        self._dead = f"{prefix}.dead"
        self._broadcasts = f"{prefix}.broadcast"

    def _connection(self) -> KafkaBroker:
        return KafkaBroker(
            self._url,
            acks="all",
            allow_auto_create_topics=False,
            # by default a message waits five minutes for its server, and so does whoever closes the connection
            config=cast("Any", {"message.timeout.ms": round(self._timeout * 1000), "log_level": 0}),
            graceful_timeout=self._timeout,
            logger=_log,
            log_level=logging.DEBUG,
        )

    async def _prepare(self) -> None:
        await asyncio.to_thread(self._have_topics)

    def _have_topics(self) -> None:
        admin = AdminClient({"bootstrap.servers": self._url, "log_level": 0})
        for topic in (*map(self._topic, self._policies), self._dead, self._broadcasts):
            found = admin.list_topics(topic, timeout=self._timeout).topics[topic]  # where it may, this creates it
            if found.error is not None:
                cleaned = {"cleanup.policy": "compact"} if topic == self._dead else {}
                wanted = NewTopic(topic, num_partitions=PARTITIONS, replication_factor=-1, config=cleaned)
                admin.create_topics([wanted])[topic].result(timeout=self._timeout)

    async def _send(self, job: Job) -> None:
        user = job.payload.get("user_id", job.id)
        await self._broker.publish(body_of(job), topic=self._topic(job.listener), key=str(user).encode())

    def _consume(self, broker: KafkaBroker, listener: str, policy: RetryPolicy, handle: Handle) -> None:
        async def delivered(message: KafkaMessage) -> None:
            await deliver(_Message(message, self, handle, policy), handle, policy)

        waiting = sum(policy.delay(attempt) for attempt in range(1, policy.attempts))
        for _ in range(policy.concurrency):
            subscriber = broker.subscriber(
                self._topic(listener),
                group_id=self._topic(listener),
                auto_offset_reset="earliest",  # the default skips what was published before the group first met
                ack_policy=AckPolicy.MANUAL,  # the default acknowledges first
                session_timeout_ms=round(self._session_timeout * 1000),
                heartbeat_interval_ms=round(self._session_timeout * 1000 / 3),
                max_poll_interval_ms=round((SILENCE + waiting) * 1000),
            )
            subscriber(delivered)

    async def _broadcast(self, job: Job) -> None:
        await self._broker.publish(body_of(job), topic=self._broadcasts)

    def _receive_broadcasts(self, broker: KafkaBroker, handle: Handle) -> None:
        async def received_broadcast(message: KafkaMessage) -> None:
            assert isinstance(message.raw_message, Message)
            await handle_broadcast(message.raw_message.value() or b"", handle)

        group = f"{self._broadcasts}.{uuid4().hex}"
        broker.subscriber(self._broadcasts, group_id=group, auto_offset_reset="latest")(received_broadcast)

    def _topic(self, listener: str) -> str:
        return f"{self._prefix}.{listener}"

    # Dead letters: the last word on a job counts, and an empty one says that it was taken away

    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        """Keep a job as a dead letter, however long it takes: whatever is done next would acknowledge it as well."""
        headers = {"reason": reason, "attempts": str(attempts)}
        while True:
            try:
                async with self._connecting():
                    await self._broker.publish(body, topic=self._dead, key=key_of(body), headers=headers)
                    return
            except EngineUnavailableError as error:
                _log.warning("%s A dead letter waits for it.", error)
                await asyncio.sleep(self._timeout)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that were given up."""
        async with self._connecting():
            kept = await asyncio.to_thread(self._last_words)
        return [letter for message in kept if (letter := dead_letter_of(message))]

    async def retry(self, ids: Iterable[str]) -> int:
        """Publish dead letters again, with all their attempts; return how many there were."""
        wanted = set(ids)
        letters = [letter for letter in await self.dead_letters() if letter.job.id in wanted]
        async with self._connecting():
            for letter in letters:
                await self._send(letter.job)
                await self._broker.publish(b"", topic=self._dead, key=letter.job.id.encode())
        return len(letters)

    def _last_words(self) -> list[Message]:
        """Read the whole topic of the dead, and return the last message of each job."""
        last: dict[bytes | str | None, Message] = {}
        reader = Consumer({**READER, "bootstrap.servers": self._url, "group.id": self._dead})
        try:
            known = reader.list_topics(self._dead, timeout=self._timeout).topics[self._dead]
            places = [TopicPartition(self._dead, number) for number in known.partitions]
            ranges = {place.partition: reader.get_watermark_offsets(place, timeout=self._timeout) for place in places}
            left = {number: high for number, (low, high) in ranges.items() if low < high}
            reader.assign([TopicPartition(self._dead, number, ranges[number][0]) for number in left])
            while left:
                message = reader.poll(self._timeout)
                if message is None or message.error() is not None:
                    raise EngineUnavailableError(f"{self.title} at {self._url} did not say all of {self._dead}.")
                last[message.key()] = message
                number, offset = message.partition(), message.offset()
                if offset is not None and number in left and offset + 1 >= left[number]:
                    del left[number]
        finally:
            reader.close()
        return list(last.values())


class _Message:
    """A message of Kafka, as the one handler sees it."""

    def __init__(self, message: KafkaMessage, engine: Kafka, handle: Handle, policy: RetryPolicy) -> None:
        assert isinstance(message.raw_message, Message)
        self.body = message.raw_message.value() or b""
        self.attempt = 1
        self._message = message
        self._engine = engine
        self._try = (handle, policy)

    async def acknowledge(self) -> None:
        await self._message.ack()

    async def retry(self, delay: float) -> None:
        """Try again in place: a group that reads on would acknowledge this job with the next."""
        await asyncio.sleep(delay)
        self.attempt += 1
        await deliver(self, *self._try)

    async def dead_letter(self, reason: str) -> None:
        await self._engine.dead_letter(self.body, self.attempt, reason)
        await self._message.ack()


def key_of(body: bytes) -> bytes:
    """Return what a dead letter is known by."""
    try:
        return Job.model_validate_json(body).id.encode()
    except ValidationError:
        return uuid4().hex.encode()


def dead_letter_of(message: Message) -> DeadLetter | None:
    """Return what a message of the dead says, or None if it is no job, or one that was taken away."""
    headers = cast("list[tuple[str, bytes]]", message.headers() or [])
    said = {key: value.decode() for key, value in headers}
    try:
        job = Job.model_validate_json(message.value() or b"")
    except ValidationError:
        return None
    return DeadLetter(job=job, attempts=int(said.get("attempts", 0)), reason=said.get("reason", ""))
