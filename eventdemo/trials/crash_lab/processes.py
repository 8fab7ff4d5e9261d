"""The processes that the lab kills: a web server and, behind a durable engine, a worker. They end with the lab."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random

from eventdemo.durable.servers import EmbeddedServer, Nats, Valkey
from eventdemo.durable.servers.embedded import free_port

IN_PROCESS = "in-process"
EMBEDDED: Mapping[str, type[EmbeddedServer]] = {"bullmq": Valkey, "nats": Nats}
"""The engines whose server the lab starts itself."""
DEFAULT_URLS = {"rabbitmq": "amqp://guest:guest@127.0.0.1:5672/"}
"""The server of the other engines, unless a URL is given."""
PREFIX = "eventdemo-crash-lab"
CONCURRENCY = 8
"""How many jobs of one listener the worker processes at a time."""
QUIET_SECONDS, DURABLE_QUIET_SECONDS = 3.0, 45.0
"""Seconds without a change after which a missing effect is lost; a dead worker's jobs are redelivered within 30."""


class BackendProcess(EmbeddedServer):
    """`eventdemo ...` as a process of its own."""

    name = "eventdemo"

    def __init__(self, *arguments: str) -> None:
        super().__init__(start_timeout=60.0)
        self._arguments = arguments

    def command(self) -> list[str]:
        self.port = self.port or free_port()
        arguments = [argument.replace("{port}", str(self.port)) for argument in self._arguments]
        return [sys.executable, "-m", "eventdemo", *arguments]


class WebServer(BackendProcess):
    """A web server, ready when it answers a request."""

    name = "the web server"
    address = "http://127.0.0.1:{port}"

    def greeting(self) -> tuple[bytes, bytes]:
        """Return a request for a nonexistent page; rendering a real one takes longer."""
        return b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"HTTP/1.1 404"


class WorkerProcess(BackendProcess):
    """A worker. It has no port; it is ready when it prints so."""

    name = "the worker"

    def is_ready(self) -> bool:
        assert self.folder is not None
        return "Working on" in (self.folder / "server.log").read_text("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Processes:
    """One web server and, for a durable engine, the worker behind it."""

    web: WebServer
    workers: Sequence[BackendProcess]
    quiet_seconds: float
    """Seconds without a change after which work that is not done is lost."""

    @property
    def url(self) -> str:
        return self.web.url

    def start(self) -> bool:
        """Start the processes that are not running, in parallel; return whether the web server is a new one."""
        stopped = [process for process in (self.web, *self.workers) if process.pid is None]
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda process: process.start(), stopped))
        return self.web in stopped

    def kill(self, random: Random) -> None:
        """Kill one process or all, at random: SIGKILL, so that none of them can clean up."""
        everything: list[BackendProcess] = [self.web, *self.workers]
        for process in random.choice([[each] for each in everything] + [everything]):
            process.kill()

    def stop(self) -> None:
        for process in (*self.workers, self.web):
            process.stop()


@contextmanager
def processes_for(
    engine: str, *, database: str, fakes: str, url: str = "", prefix: str = PREFIX
) -> Iterator[Processes]:
    """Yield the processes of an engine, not yet started. They end with the block, and so does an embedded server.

    `prefix` begins the names of the queues, so that two labs at a time do not process each other's jobs.
    """
    shared = ["--database", database, "--services", fakes]
    with ExitStack() as stack:
        if engine in EMBEDDED and not url:
            url = stack.enter_context(EMBEDDED[engine]()).url
        url = url or DEFAULT_URLS.get(engine, "")
        server = ["--url", url, "--prefix", prefix] if url else []
        behind = ["--engine", engine, *server] if engine != IN_PROCESS else []
        web = WebServer("serve", "--port", "{port}", *shared, *behind)
        workers = [WorkerProcess("worker", *shared, *behind, "--concurrency", str(CONCURRENCY))] if behind else []
        processes = Processes(web, workers, DURABLE_QUIET_SECONDS if behind else QUIET_SECONDS)
        stack.callback(processes.stop)
        yield processes
