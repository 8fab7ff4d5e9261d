"""Kafka through FastStream: a topic and a consumer group for each listener, a topic for dead letters.

Kafka is a log and stores only how far a group has read. So a failing job is retried in place and blocks the jobs after
it, the number of attempts is lost when its worker dies, and a job that kills every worker is never dead-lettered. This
engine was tried on librdkafka's mock cluster only, with one consumer for each group, and never on a real cluster.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, cast
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka import Message as RawMessage
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from faststream import AckPolicy
from faststream.confluent import KafkaBroker

from eventdemo.durable.engine import Capabilities, EngineUnavailableError, Handle
from eventdemo.durable.engines.brokered import BrokerEngine, Subscriber, library_log
from eventdemo.durable.engines.message import Message, body_of, dead_letter_of, id_of
from eventdemo.durable.engines.server_engine import Letters
from eventdemo.durable.jobs import Job, RetryPolicy

log = logging.getLogger(__name__)
library_log.addFilter(lambda record: "Auto create topics is disabled" not in record.getMessage())  # we create them
PARTITIONS = 4
"""Partitions of a topic that we create, and so the maximum number of workers for one listener."""
ATTEMPT_TIMEOUT = 300.0
"""Seconds that one attempt may take. A worker that fetches nothing for longer than all attempts and the delays between
them loses its job to another worker, which processes it again."""
SPARE = 30.0
"""Seconds on top of that, for a dead letter."""


class _KafkaJobMessage(Message):
    """A message of Kafka; it is retried in place, because acknowledging the next job would acknowledge this one too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.handle = within(ATTEMPT_TIMEOUT, self.handle)

    async def retry(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self.attempt += 1
        await self.process()


@dataclass(eq=False)
class Kafka(BrokerEngine[KafkaBroker]):
    """An engine on the Kafka whose first broker is at `url`, `host:port`. The jobs of one user stay in order.

    A worker counts as dead without a heartbeat for `session_timeout` seconds; brokers accept 6 s and more.
    An attempt is cancelled after `ATTEMPT_TIMEOUT`, because Kafka gives a job that takes too long to another worker.
    """

    name = "kafka"
    title = "Kafka"
    message = _KafkaJobMessage
    errors = (KafkaException,)
    default_url = "127.0.0.1:9092"
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="Kafka",
        deduplicates=False,
        broadcasts=True,
        keeps_order=False,
        fencing="generation of the consumer group",
        atomic_retries=False,
        attempt_timeout=ATTEMPT_TIMEOUT,
    )

    session_timeout: float = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._dead, self._broadcasts = self._topic("dead"), self._topic("broadcast")

    def _new_broker(self) -> KafkaBroker:
        return KafkaBroker(
            self.url,
            acks="all",
            allow_auto_create_topics=False,
            # by default a message waits five minutes for its server, and so does closing the connection
            config=cast("Any", {"message.timeout.ms": round(self.timeout * 1000), "log_level": 0}),
            **self._options,
        )

    async def _prepare(self) -> None:
        await asyncio.to_thread(self._create_topics)

    def _create_topics(self) -> None:
        admin = AdminClient({"bootstrap.servers": self.url, "log_level": 0})
        for topic in (*map(self._topic, self.policies), self._dead, self._broadcasts):
            # this creates the topic if the server allows that
            found = admin.list_topics(topic, timeout=self.timeout).topics[topic]
            if found.error is not None:
                cleaned = {"cleanup.policy": "compact"} if topic == self._dead else {}
                wanted = NewTopic(topic, num_partitions=PARTITIONS, replication_factor=-1, config=cleaned)
                admin.create_topics([wanted])[topic].result(timeout=self.timeout)

    async def _send(self, job: Job) -> None:
        user = job.payload.get("user_id", job.id)
        await self._broker.publish(body_of(job), topic=self._topic(job.listener), key=str(user).encode())

    def _subscribers(self, broker: KafkaBroker, listener: str, policy: RetryPolicy) -> Iterator[Subscriber]:
        waiting = sum(policy.delay(attempt) for attempt in range(1, policy.attempts))
        for _ in range(policy.concurrency):
            yield broker.subscriber(
                self._topic(listener),
                group_id=self._topic(listener),
                auto_offset_reset="earliest",  # the default skips jobs that were published before the group existed
                ack_policy=AckPolicy.MANUAL,  # the default acknowledges before processing
                session_timeout_ms=round(self.session_timeout * 1000),
                heartbeat_interval_ms=round(self.session_timeout * 1000 / 3),
                max_poll_interval_ms=round((policy.attempts * ATTEMPT_TIMEOUT + waiting + SPARE) * 1000),
            )

    async def _broadcast(self, job: Job) -> None:
        await self._broker.publish(body_of(job), topic=self._broadcasts)

    def _broadcast_subscriber(self, broker: KafkaBroker) -> Subscriber:
        group = f"{self._broadcasts}.{uuid4().hex}"
        return broker.subscriber(self._broadcasts, group_id=group, auto_offset_reset="latest")

    def _topic(self, listener: str) -> str:
        return f"{self.prefix}.{listener}"

    # Dead letters: the last message of a job counts, and an empty one means that the dead letter was retried

    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        """Store a job as a dead letter, however long it takes: acknowledging the next job would acknowledge it too."""
        headers = {"reason": reason, "attempts": str(attempts)}
        while True:
            try:
                async with self._connecting():
                    await self._broker.publish(body, topic=self._dead, key=id_of(body).encode(), headers=headers)
                    return
            except EngineUnavailableError as error:
                log.warning("%s A dead letter waits for it.", error)
                await asyncio.sleep(self.timeout)

    async def _dead_letters(self) -> Letters:
        for message in await asyncio.to_thread(self._latest_messages):
            headers = dict(cast("list[tuple[str, bytes]]", message.headers() or []))
            attempts, reason = headers.get("attempts", b"0").decode(), headers.get("reason", b"").decode()
            if letter := dead_letter_of(message.value() or b"", attempts, reason):
                yield letter, partial(self._publish_again, letter.job)

    async def _publish_again(self, job: Job) -> None:
        await self._send(job)
        await self._broker.publish(b"", topic=self._dead, key=job.id.encode())

    def _latest_messages(self) -> list[RawMessage]:
        """Read the whole dead-letter topic and return the last message of each job."""
        last: dict[bytes | str | None, RawMessage] = {}
        settings = {"enable.auto.commit": False, "fetch.wait.max.ms": 10, "log_level": 0}
        reader = Consumer({**settings, "bootstrap.servers": self.url, "group.id": self._dead})
        try:
            known = reader.list_topics(self._dead, timeout=self.timeout).topics[self._dead]
            partitions = [TopicPartition(self._dead, number) for number in known.partitions]
            ranges = {each.partition: reader.get_watermark_offsets(each, timeout=self.timeout) for each in partitions}
            left = {number: high for number, (low, high) in ranges.items() if low < high}
            reader.assign([TopicPartition(self._dead, number, ranges[number][0]) for number in left])
            while left:
                message = reader.poll(self.timeout)
                if message is None or message.error() is not None:
                    raise EngineUnavailableError(f"{self.title} at {self.url} did not return all of {self._dead}.")
                last[message.key()] = message
                number, offset = message.partition(), message.offset()
                if offset is not None and number in left and offset + 1 >= left[number]:
                    del left[number]
        finally:
            reader.close()
        return list(last.values())


class TooSlowError(Exception):
    """A listener did not finish within `ATTEMPT_TIMEOUT`."""


def within(seconds: float, handle: Handle) -> Handle:
    """Return a `handle` that cancels a job after `seconds` and raises `TooSlowError`."""

    async def limited(job: Job) -> None:
        try:
            async with asyncio.timeout(seconds) as limit:
                await handle(job)
        except TimeoutError as error:
            if not limit.expired():
                raise  # the listener's own
            raise TooSlowError(
                f"cancelled after {seconds:g} s, or else Kafka gives its job to another worker"
            ) from error

    return limited
