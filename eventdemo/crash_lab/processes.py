"""The processes that are killed: a web server and, behind a durable engine, a worker. They end with this process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from eventdemo.durable.servers import EmbeddedServer
from eventdemo.durable.servers.embedded import free_port


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
        """Return a request that every ASGI server answers."""
        return b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200"


class Processes:
    """What serves the backend: one web server, and for a durable engine a worker behind it."""

    def __init__(self, web: Web, workers: list[Program], *, patience: float) -> None:
        self._web = web
        self._workers = workers
        self.patience = patience
        """Seconds after which what is not done will not be done any more."""

    @property
    def url(self) -> str:
        """Where the backend is."""
        return self._web.url

    def start(self) -> None:
        """Start what is not running."""
        for program in (self._web, *self._workers):
            if program.pid is None:
                program.start()

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
def processes_for(engine: str, *, database: str, fakes: str, url: str = "") -> Iterator[Processes]:
    """Yield the processes of an engine, not started yet; they end with the block."""
    web = Web("serve", "--port", "{port}", "--database", database, "--services", fakes)
    processes = Processes(web, [], patience=3.0)
    try:
        yield processes
    finally:
        processes.stop()
