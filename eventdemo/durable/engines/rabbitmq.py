"""RabbitMQ through FastStream: a quorum queue for each listener, queues for delayed retries, and one for dead letters.

If the connection of a worker breaks, RabbitMQ redelivers its unacknowledged jobs immediately. It can neither delay a
message nor deduplicate. So a retry waits in a queue whose messages expire into the listener's queue, and the worker
recognises duplicates. The queue's delivery limit dead-letters a job that loses its worker too often.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, cast

from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPException, ChannelInvalidStateError
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue

from eventdemo.durable.engine import MAX_REDELIVERIES, RECONNECT_DELAY, Capabilities
from eventdemo.durable.engines.brokered import BrokerEngine, Subscriber
from eventdemo.durable.engines.message import Message, body_of, dead_letter_of
from eventdemo.durable.engines.server_engine import Letters
from eventdemo.durable.jobs import DeadLetter, Job, RetryPolicy

SAFE = {"x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
"""A message that moves to another queue is removed from its own only when the other queue has stored it."""


class _RabbitJobMessage(Message):
    engine: "RabbitMq"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.attempt = int(self.delivered.headers.get("attempt", 1))

    async def retry(self, delay: float) -> None:
        await self.engine.put(self.body, self.engine.delay_queue(self.listener, delay), attempt=self.attempt + 1)
        await self.acknowledge()

    async def give_back(self) -> None:
        """Return it to its queue after a pause, because otherwise it stays with this worker while that is connected."""
        await asyncio.sleep(RECONNECT_DELAY)
        with suppress(*self.errors):
            await self.delivered.nack(requeue=True)


@dataclass(eq=False)
class RabbitMq(BrokerEngine[RabbitBroker]):
    """An engine on a RabbitMQ server.

    After `max_redeliveries` deaths of its worker, a job is dead-lettered. The number is part of the queue's definition,
    so RabbitMQ refuses to declare an existing queue with another number.
    """

    name = "rabbitmq"
    title = "RabbitMQ"
    message = _RabbitJobMessage
    errors = (AMQPException, ChannelInvalidStateError)
    default_url = "amqp://guest:guest@127.0.0.1:5672/"
    capabilities: ClassVar[Capabilities] = Capabilities(
        server="RabbitMQ",
        deduplicates=False,
        broadcasts=True,
        fencing="channel; its end cancels the listener",
        atomic_retries=False,
        attempt_timeout=1800.0,  # `consumer_timeout`: the server closes the channel, and redelivers the job
    )

    max_redeliveries: int = MAX_REDELIVERIES

    def __post_init__(self) -> None:
        super().__post_init__()
        # the queue of dead letters is a classic one, because peeking at a message of another counts as a delivery
        self._dead = RabbitQueue(f"{self.prefix}.dead", queue_type=QueueType.CLASSIC, durable=True)
        self._peeking = asyncio.Lock()
        self._broadcast_exchange = RabbitExchange(f"{self.prefix}.broadcast", type=ExchangeType.FANOUT)

    def _new_broker(self) -> RabbitBroker:
        return RabbitBroker(
            self.url,
            timeout=0.8 * self.timeout,  # less than ours: aio-pika restarts a cancelled attempt for ever
            reconnect_interval=1.0,
            # publishing returns when the queue has stored the message, and fails without such a queue
            default_channel=Channel(publisher_confirms=True, on_return_raises=True),
            **self._options,
        )

    async def _disconnect(self, broker: RabbitBroker) -> None:
        await super()._disconnect(broker)
        for _ in range(5):  # its channels notice the end of the connection in the next iterations of the event loop
            await asyncio.sleep(0)

    async def _prepare(self) -> None:
        for queue in self.queues():
            await self._broker.declare_queue(queue)
        await self._broker.declare_exchange(self._broadcast_exchange)

    def queues(self) -> list[RabbitQueue]:
        delays = {
            (listener, policy.delay(attempt))
            for listener, policy in self.policies.items()
            for attempt in range(1, policy.attempts)
        }
        delay_queues = [self.delay_queue(listener, delay) for listener, delay in sorted(delays)]
        return [self._dead, *map(self._queue, self.policies), *delay_queues]

    def _queue(self, listener: str) -> RabbitQueue:
        limits = {"x-delivery-limit": self.max_redeliveries, "x-dead-letter-routing-key": self._dead.name}
        return quorum(f"{self.prefix}.{listener}", {**SAFE, **limits})

    def delay_queue(self, listener: str, delay: float) -> RabbitQueue:
        """Return the queue for retries after `delay`. Each delay has one, because only the first message expires."""
        milliseconds = round(delay * 1000)
        expiry = {"x-message-ttl": milliseconds, "x-dead-letter-routing-key": self._queue(listener).name}
        return quorum(f"{self.prefix}.{listener}.after.{milliseconds}ms", {**SAFE, **expiry})

    async def _send(self, job: Job) -> None:
        await self.put(body_of(job), self._queue(job.listener))

    async def put(self, body: bytes, queue: RabbitQueue, **headers: Any) -> None:
        """Publish a message; return when the queue has stored it on disk."""
        await self._broker.publish(body, queue=queue.name, headers=headers, persist=True)

    def _subscribers(self, broker: RabbitBroker, listener: str, policy: RetryPolicy) -> list[Subscriber]:
        channel = Channel(prefetch_count=policy.concurrency)
        return [broker.subscriber(self._queue(listener), channel=channel, ack_policy=AckPolicy.MANUAL)]

    async def _broadcast(self, job: Job) -> None:
        await self._broker.publish(body_of(job), exchange=self._broadcast_exchange, mandatory=False)

    def _broadcast_subscriber(self, broker: RabbitBroker) -> Subscriber:
        return broker.subscriber(RabbitQueue("", exclusive=True), self._broadcast_exchange)

    # Dead letters

    async def dead_letter(self, body: bytes, attempts: int, reason: str) -> None:
        await self.put(body, self._dead, reason=reason, attempts=attempts)

    def _parse(self, message: AbstractIncomingMessage) -> DeadLetter | None:
        if reason := message.headers.get("reason"):
            return dead_letter_of(message.body, message.headers.get("attempts", 0), str(reason))
        limit = self.max_redeliveries + 1  # it dead-lettered the job, without a reason of its own
        return dead_letter_of(message.body, limit, f"delivered {limit} times without an acknowledgement")

    async def _dead_letters(self) -> Letters:
        """Receive all dead letters; those that are not published again return to the queue, in order."""
        async with self._peeking:  # two concurrent readers would each get only some of them
            queue = await self._broker.declare_queue(self._dead)
            messages: list[AbstractIncomingMessage] = []
            try:
                while (message := await queue.get(fail=False)) is not None:
                    messages.append(message)
                for taken in messages:
                    if letter := self._parse(taken):
                        yield letter, partial(self._publish_again, letter.job, taken)
            finally:
                for taken in messages:
                    if not taken.processed:
                        await taken.nack(requeue=True)

    async def _publish_again(self, job: Job, message: AbstractIncomingMessage) -> None:
        await self._send(job)
        await message.ack()


def quorum(name: str, arguments: dict[str, Any]) -> RabbitQueue:
    return RabbitQueue(name, queue_type=QueueType.QUORUM, durable=True, arguments=cast("Any", arguments))
