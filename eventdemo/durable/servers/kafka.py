"""Not a Kafka, but the mock of one inside librdkafka, for tests: it speaks the protocol and keeps everything in memory.

It supports one consumer for each group. Joining a group takes seconds, topics are created on request, always with four
partitions, and nothing survives its end. It runs in a process of its own, so that it outlives a killed worker.
"""

import re
import sys

from eventdemo.durable.servers.embedded import EmbeddedServer

PROGRAM = """
import signal
from confluent_kafka import Producer
cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
(broker,) = cluster.list_topics(timeout=10).brokers.values()
print(f"{broker.host}:{broker.port}", flush=True)
signal.pause()
"""


class MockKafka(EmbeddedServer):
    """A mock of one Kafka broker on loopback."""

    name = "Kafka-mock"

    def command(self) -> list[str]:
        return [sys.executable, "-c", PROGRAM]

    @property
    def url(self) -> str:
        if self.folder is None:
            return ""
        log = (self.folder / "server.log").read_text("utf-8").strip()
        return log if re.fullmatch(r"[\w.]+:\d+", log) else ""

    def is_ready(self) -> bool:
        return bool(self.url)
