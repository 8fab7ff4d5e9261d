"""An embedded server: a program of its own, on loopback only, which never outlives the process that started it.

`watchdog.py` runs as a process in between and starts the server. If this process is killed, the watchdog reads the end
of its input, stops the server and removes the folder, so no clean-up here has to run.
"""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self

from eventdemo.durable.engine import EngineUnavailableError

LOOPBACK = "127.0.0.1"
WATCHDOG = Path(__file__).with_name("watchdog.py")
LOG_PREFIX = re.compile(r"^.*?(?:# |\[[A-Z]{3}\] )")
"""What comes before the message in a line of a server's log: process, time, level."""


class ServerStartError(EngineUnavailableError):
    """An embedded server cannot be started; the message is one sentence for the user."""


class EmbeddedServer:
    """A server that runs between `start` and `stop`, or inside a `with` block; `url` is its address.

    Its data are in a temporary folder, which is removed with the server. Clients need a password, which is part of the
    URL, because every user of this machine can connect to loopback.
    """

    name: ClassVar[str]
    address: ClassVar[str] = ""
    configuration: ClassVar[str] = ""
    greeting: ClassVar[str]
    """The URL, the text of `{folder}/server.config` and a request. `{port}`, `{password}`, `{folder}` are replaced."""
    response: ClassVar[bytes]
    """What is in the response of a server that is ready and has accepted the password."""
    shutdown_timeout: ClassVar[float] = 5.0
    """Seconds that the server has to end by itself before it is killed."""

    def __init__(self, *, port: int = 0, start_timeout: float = 10.0) -> None:
        self.port = port
        self.password = secrets.token_urlsafe(18)
        self.folder: Path | None = None
        self.pid: int | None = None
        self._temporary: TemporaryDirectory[str] | None = None
        self._start_timeout = start_timeout
        self._watchdog: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return the program and its arguments; `{port}` and `{folder}` are replaced."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Return whether the server answers the greeting as it should."""
        received = b""
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1.0) as connection:
            connection.sendall(self._filled_in(self.greeting).encode())
            while self.response not in received and not received.startswith(b"-") and (more := connection.recv(4096)):
                received += more
        return self.response in received

    @property
    def url(self) -> str:
        """The address with its password; empty for a program that has none."""
        return self._filled_in(self.address)

    @property
    def log(self) -> str:
        """What the server has printed."""
        assert self.folder is not None
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def start(self) -> Self:
        """Run the server and return when it is ready; after `kill`, with the same port and data."""
        until = time.monotonic() + self._start_timeout
        command = self.command()
        self.port = self.port or free_port()
        try:
            if self._watchdog is None or self._watchdog.poll() is not None:
                self._run(command)
            self._wait_until_ready(until)
        except BaseException:
            self.stop()
            raise
        return self

    def kill(self) -> None:
        """End the server as a power cut would, with SIGKILL; `start` runs it again."""
        if self._watchdog is None or self.pid is None:
            raise RuntimeError(f"{self.name} is not running: start it before you kill it.")
        os.kill(self.pid, signal.SIGKILL)
        self._watchdog.wait(self._start_timeout)  # with its input open, so that it keeps the folder
        self._stop_watchdog(self._watchdog, self.pid)

    def stop(self) -> None:
        """End the server and its watchdog, and remove the folder."""
        if self._watchdog is not None:
            self._stop_watchdog(self._watchdog, self.pid)
        if self._temporary is not None:
            self._temporary.cleanup()
            self.folder = self._temporary = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, command: list[str]) -> None:
        """Start the watchdog, which starts the server."""
        if self.folder is None:
            self._temporary = TemporaryDirectory(prefix=f"eventdemo-{self.name.lower()}-", ignore_cleanup_errors=True)
            self.folder = Path(self._temporary.name)
        with (self.folder / "server.log").open("wb") as log:
            config = self.folder / "server.config"
            config.touch(mode=0o600)  # it holds the password
            config.write_text(self._filled_in(self.configuration), "utf-8")
            self._watchdog = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-I", "-S", str(WATCHDOG), str(self.shutdown_timeout), str(self.folder)]
                + [part.replace("{folder}", str(self.folder)).replace("{port}", str(self.port)) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for us: we stop the server when we are done
            )
        assert self._watchdog.stdout is not None
        self.pid = int(self._watchdog.stdout.readline() or 0) or None

    def _filled_in(self, template: str) -> str:
        return template.format(port=self.port, password=self.password, folder=json.dumps(str(self.folder)))

    def _wait_until_ready(self, until: float) -> None:
        assert self._watchdog is not None
        while not self.is_ready():
            if self._watchdog.poll() is not None:
                raise ServerStartError(f"{self.name} ended instead of starting: {self._last_words()}.")
            if time.monotonic() >= until:
                raise ServerStartError(f"{self.name} did not answer within {self._start_timeout:g} s.")
            time.sleep(0.02)

    def _last_words(self) -> str:
        lines = self.log.strip().splitlines()
        return LOG_PREFIX.sub("", lines[-1]).rstrip(".") if lines else "it printed no reason"

    def _stop_watchdog(self, watchdog: subprocess.Popen[bytes], pid: int | None) -> None:
        """Close the watchdog's input, which makes it stop the server, and wait for both."""
        self._watchdog = self.pid = None
        try:
            watchdog.communicate(timeout=self.shutdown_timeout + self._start_timeout)
        except subprocess.TimeoutExpired:
            watchdog.kill()
            watchdog.communicate()
        if watchdog.returncode and pid is not None:
            with suppress(ProcessLookupError):  # without its watchdog, the server would run for ever
                os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """Return a free port below those of outgoing connections, one of which could take it while the server is dead."""
    while True:
        port = 20_000 + secrets.randbelow(12_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
