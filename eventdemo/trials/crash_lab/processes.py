"""The processes that the lab kills or pauses: a web server and, behind a durable engine, two workers and its server.

They end with the lab. A paused worker gets a SIGSTOP, and later a SIGCONT: its lease expires, and it does not notice.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from eventdemo.durable.servers import EmbeddedServer, Nats, RabbitMqServer, ServerStartError, Valkey

IN_PROCESS = "in-process"
EMBEDDED: Mapping[str, type[EmbeddedServer]] = {"bullmq": Valkey, "nats": Nats, "rabbitmq": RabbitMqServer}
"""The servers that the lab starts itself, unless a URL is given."""
START_TIMEOUT = 600.0
"""Seconds that a process has to start on a busy machine."""
CONCURRENCY = 8
"""How many jobs of one listener a worker processes at a time."""
WORKERS = 2
"""The second one takes over the jobs of the first while that is dead or paused."""
PAUSE_SECONDS = 12.0
"""How long a worker is paused: longer than the lease or lock of any engine."""
QUIET_SECONDS, DURABLE_QUIET_SECONDS = 3.0, 45.0
"""Seconds without a change after which a missing effect is lost; a dead worker's jobs are redelivered within 30."""


class Fault(StrEnum):
    """What happens to the processes in one round."""

    KILLED = "processes killed"
    PAUSED = "worker paused"
    SERVER_KILLED = "queue server killed"


class BackendProcess(EmbeddedServer):
    """`eventdemo ...` as a process of its own."""

    name = "eventdemo"

    def __init__(self, *arguments: str) -> None:
        super().__init__(start_timeout=START_TIMEOUT)
        self._arguments = arguments

    def command(self) -> list[str]:
        return [sys.executable, "-m", "eventdemo", *self._arguments]

    def check_running(self) -> None:
        """Raise an error if the process ended by itself: that is a fault of ours, not of the lab."""
        if self._watchdog is not None and self._watchdog.poll() is not None:
            raise ServerStartError(f"{self.name} ended by itself: {self._last_words()}.")


class WebServer(BackendProcess):
    """A web server, ready when it answers a request."""

    name = "the web server"
    address = "http://127.0.0.1:{port}"
    greeting = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    response = b"HTTP/1.1 404"  # for a nonexistent page; rendering a real one takes longer


class WorkerProcess(BackendProcess):
    """A worker. It has no port; it is ready when it prints so."""

    name = "the worker"

    def is_ready(self) -> bool:
        return "Working on" in self.log

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the worker, if it is running."""
        if self.pid is not None:
            os.kill(self.pid, number)


@dataclass(frozen=True, slots=True)
class Processes:
    """One web server and, for a durable engine, the workers behind it and the engine's server, if the lab owns it."""

    web: WebServer
    workers: Sequence[WorkerProcess] = ()
    server: EmbeddedServer | None = None
    quiet_seconds: float = QUIET_SECONDS
    """Seconds without a change after which work that is not done is lost."""
    queue: Sequence[str] = ()
    """The options of a command that opens the durable engine."""

    @property
    def url(self) -> str:
        return self.web.url

    @property
    def backend(self) -> list[BackendProcess]:
        return [self.web, *self.workers]

    def start(self) -> bool:
        """Start what was killed, and continue what was paused; return whether the web server is a new one."""
        if self.server is not None and self.server.pid is None:
            self.server.start()  # with the data that it had
        for process in self.backend:
            process.check_running()
        for worker in self.workers:
            worker.send(signal.SIGCONT)
        stopped = [process for process in self.backend if process.pid is None]
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda process: process.start(), stopped))
        return self.web in stopped

    def harm(self, random: Random) -> Fault:
        """Kill one process, all of them or the server, or pause a worker, at random. None of them can clean up."""
        fault, victims = random.choice([*self._faults()])
        for victim in victims:
            if fault is Fault.PAUSED and isinstance(victim, WorkerProcess):
                victim.send(signal.SIGSTOP)
            else:
                victim.kill()
        return fault

    def _faults(self) -> Iterator[tuple[Fault, Sequence[EmbeddedServer]]]:
        for victims in (*([each] for each in self.backend), self.backend):
            yield Fault.KILLED, victims
        for worker in self.workers:
            yield Fault.PAUSED, [worker]
        if self.server is not None:
            yield Fault.SERVER_KILLED, [self.server]

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return the payloads of the events whose jobs failed at every attempt; empty without a durable engine."""
        if not self.queue:
            return []
        command = [sys.executable, "-m", "eventdemo", "dead-letters", "list", "--json", *self.queue]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
        return [letter["job"]["payload"] for letter in json.loads(printed)]

    def stop(self) -> None:
        for process in reversed(self.backend):
            process.stop()


@contextmanager
def processes_for(engine: str, *, database: str, fakes: str, prefix: str, url: str = "") -> Iterator[Processes]:
    """Yield the processes of an engine, not yet started. They end with the block, and so does an embedded server.

    `prefix` begins the names of the queues. Each lab needs its own, or else it processes jobs that another one left.
    """
    shared = ["--database", database, "--services", fakes]
    with ExitStack() as stack:
        server = None
        if engine in EMBEDDED and not url:
            server = stack.enter_context(EMBEDDED[engine](start_timeout=START_TIMEOUT))
            url = server.url
        at = ["--url", url, "--prefix", prefix] if url else []
        behind = [*shared, "--engine", engine, *at] if engine != IN_PROCESS else shared
        web = WebServer("serve", "--port", "{port}", *behind)
        if engine == IN_PROCESS:
            processes = Processes(web)
        else:
            working = ("worker", *behind, "--concurrency", str(CONCURRENCY))
            workers = [WorkerProcess(*working) for _ in range(WORKERS)]
            queue = ["--database", database, "--engine", engine, *at]
            processes = Processes(web, workers, server, DURABLE_QUIET_SECONDS, queue)
        stack.callback(processes.stop)
        yield processes
