"""Not a Kafka, but the mock of one inside librdkafka: it speaks the protocol, keeps everything in memory, for a test.

It is good for one consumer a group. Joining a group takes seconds, topics appear when they are asked for, always with
four partitions, and nothing survives its end. It runs in a process of its own, as a broker does, so that a killed
worker leaves it standing; when its owner is gone it reads the end of its input, and goes as well.
"""

import subprocess
import sys
from types import TracebackType
from typing import Self

from eventdemo.durable.servers.embedded import ServerStartError

PROGRAM = """
import sys
from confluent_kafka import Producer
cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
(broker,) = cluster.list_topics(timeout=10).brokers.values()
print(f"{broker.host}:{broker.port}", flush=True)
sys.stdin.read()
"""


class MockKafka:
    """A mock of one Kafka broker on loopback, between `start` and `stop` or inside a `with` block."""

    name = "Kafka (mock)"

    def __init__(self) -> None:
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process that it runs in."""
        return self._process.pid if self._process is not None else None

    def start(self) -> Self:
        """Run it; `url` then says where."""
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # as for the other servers: a Ctrl-C is for us
        )
        assert self._process.stdout is not None
        if not (said := self._process.stdout.readline().strip()):
            self.stop()
            raise ServerStartError("The mock of Kafka cannot be started: install eventdemo[brokers].")
        self.url = said
        return self

    def stop(self) -> None:
        """End it; what it held is gone."""
        if (process := self._process) is not None:
            self._process = None
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.stdout.close()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
