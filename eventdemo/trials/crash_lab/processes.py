"""The processes that are killed: a web server and, behind a durable engine, a worker. They end with this process."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from random import Random

from eventdemo.durable.servers import EmbeddedServer, Nats, Valkey
from eventdemo.durable.servers.embedded import free_port

IN_PROCESS = "in-process"
EMBEDDED: Mapping[str, type[EmbeddedServer]] = {"bullmq": Valkey, "nats": Nats}
"""The engines whose server we bring along."""
USUAL = {"rabbitmq": "amqp://guest:guest@127.0.0.1:5672/"}
"""Where a server of the others is, unless somebody says otherwise."""
PREFIX = "eventdemo-crash-lab"
PLACES = 8
"""How many jobs of one listener the worker does at a time."""
PATIENCE, DURABLE_PATIENCE = 3.0, 45.0
"""Seconds without any change after which what is missing is lost: a dead worker's jobs are held for up to 30."""


class Program(EmbeddedServer):
    """`eventdemo ...` as a process of its own."""

    name = "eventdemo"

    def __init__(self, *arguments: str) -> None:
        super().__init__(patience=60.0)
        self._arguments = arguments

    def command(self) -> list[str]:
        """Return this Python, running our command line."""
        self.port = self.port or free_port()
        arguments = [argument.replace("{port}", str(self.port)) for argument in self._arguments]
        return [sys.executable, "-m", "eventdemo", *arguments]

    def config(self) -> str:
        """Return nothing: all it needs to know are its arguments."""
        return ""


class Web(Program):
    """A web server; it is ready when it answers."""

    name = "the web server"

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def greeting(self) -> tuple[bytes, bytes]:
        """Return a request for a page that there is not: making one would take longer."""
        return b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"HTTP/1.1 404"


class WorkerProcess(Program):
    """A worker; it has no port, and is ready when it says so."""

    name = "the worker"

    @property
    def url(self) -> str:
        """Return nothing: nobody calls a worker."""
        return ""

    def _answers(self) -> bool:
        assert self.folder is not None
        return "Working on" in (self.folder / "server.log").read_text("utf-8", "replace")


class Processes:
    """What serves the backend: one web server, and for a durable engine a worker behind it."""

    def __init__(self, web: Web, workers: Sequence[Program], *, patience: float) -> None:
        self._web = web
        self._workers = workers
        self.patience = patience
        """Seconds after which what is not done will not be done any more."""

    @property
    def url(self) -> str:
        """Where the backend is."""
        return self._web.url

    def start(self) -> bool:
        """Start what is not running, side by side; tell whether the web server is a new one."""
        waiting = [program for program in (self._web, *self._workers) if program.pid is None]
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda program: program.start(), waiting))
        return self._web in waiting

    def kill(self, chance: Random) -> None:
        """Kill one of them or all, as chance wants: SIGKILL, so that nothing of them can clean up."""
        everything: list[Program] = [self._web, *self._workers]
        for program in chance.choice([[each] for each in everything] + [everything]):
            program.kill()

    def stop(self) -> None:
        """End them in peace."""
        for program in (*self._workers, self._web):
            program.stop()


@contextmanager
def processes_for(
    engine: str, *, database: str, fakes: str, url: str = "", prefix: str = PREFIX
) -> Iterator[Processes]:
    """Yield the processes of an engine, not started yet; they end with the block, and so does a server of our own.

    `prefix` is what the queues are called after: two labs at a time must not do each other's jobs.
    """
    at = ["--database", database, "--services", fakes]
    with ExitStack() as stack:
        if engine in EMBEDDED and not url:
            url = stack.enter_context(EMBEDDED[engine]()).url
        url = url or USUAL.get(engine, "")
        there = ["--url", url, "--prefix", prefix] if url else []
        behind = ["--engine", engine, *there] if engine != IN_PROCESS else []
        web = Web("serve", "--port", "{port}", *at, *behind)
        workers = [WorkerProcess("worker", *at, *behind, "--concurrency", str(PLACES))] if behind else []
        processes = Processes(web, workers, patience=DURABLE_PATIENCE if behind else PATIENCE)
        stack.callback(processes.stop)
        yield processes
