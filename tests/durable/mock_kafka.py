"""The mock of a Kafka broker inside librdkafka, as a server on loopback."""

import re
import sys

from eventdemo.durable.servers import EmbeddedServer

KAFKA_MOCK = """
import signal
from confluent_kafka import Producer
cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
(broker,) = cluster.list_topics(timeout=10).brokers.values()
print(f"{broker.host}:{broker.port}", flush=True)
signal.pause()
"""


class MockKafka(EmbeddedServer):
    """No Kafka, but the mock of one broker inside librdkafka, on loopback, for tests.

    It speaks the protocol and keeps everything in memory. It supports one consumer for each group. Joining a group
    takes seconds, topics are created on request, always with four partitions, and nothing survives its end. It runs in
    a process of its own, so that it outlives a killed worker.
    """

    name = "Kafka-mock"

    def command(self) -> list[str]:
        return [sys.executable, "-c", KAFKA_MOCK]

    @property
    def url(self) -> str:
        if self.folder is None:
            return ""
        log = (self.folder / "server.log").read_text("utf-8").strip()
        return log if re.fullmatch(r"[\w.]+:\d+", log) else ""

    def is_ready(self) -> bool:
        return bool(self.url)
