"""An embedded server: a program of its own, on loopback only, which never outlives the process that started it.

`watchdog.py` runs as a process in between and starts the server. If this process is killed, the watchdog reads the end
of its input, stops the server and removes a temporary folder, so no clean-up here has to run.
"""

import json
import os
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from eventdemo.durable.engine import EngineUnavailableError

LOOPBACK = "127.0.0.1"
WATCHDOG = Path(__file__).with_name("watchdog.py")
LOG_PREFIX = re.compile(r"^.*?(?:# |\[[A-Z]{3}\] )")
"""What stands in front of the message in a line of a server's log: process, time, level."""


class ServerStartError(EngineUnavailableError):
    """An embedded server cannot be started; the message is one sentence for a person."""


class EmbeddedServer:
    """A server that runs between `start` and `stop`, or inside a `with` block; `url` is where to find it.

    Its data are in `folder`, and last; without a folder they are in a temporary one, and go with the server. It asks
    for a password, which only the URL has: loopback is open to everybody on this machine.
    """

    name: ClassVar[str]
    shutdown_timeout: ClassVar[float] = 5.0
    """Seconds that the server has to end by itself before it is killed."""

    def __init__(self, folder: Path | str | None = None, *, port: int = 0, start_timeout: float = 10.0) -> None:
        self.port = port
        self.password = secrets.token_urlsafe(18)
        self.folder = Path(folder).absolute() if folder is not None else None
        self._folder_given = folder is not None
        self._start_timeout = start_timeout
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self.pid: int | None = None

    # What each server says of itself

    def command(self) -> list[str]:
        """Return the program and its arguments; `{folder}` stands for the folder."""
        raise NotImplementedError

    def config(self) -> str:
        """Return the content of `{folder}/server.conf`."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Return the address with its password."""
        raise NotImplementedError

    def greeting(self) -> tuple[bytes, bytes]:
        """Return what to send to the server, and what it answers with when it is ready and knows the password."""
        raise NotImplementedError

    # The same for all

    def start(self) -> Self:
        """Run the server, again if it was killed, with the same port and data, and return when it answers."""
        until = time.monotonic() + self._start_timeout
        command = self.command()
        self.port = self.port or free_port()
        try:
            if self._watchdog is None:
                self._start_watchdog(command, until)
            self._send(b"start\n")
            self.pid = self._read_message("started", until)
            self._wait_for_an_answer(until)
        except BaseException:
            self.stop()
            raise
        return self

    def kill(self) -> None:
        """End the server as a power cut would, with SIGKILL; `start` runs it again."""
        if self._watchdog is None or self.pid is None:
            raise RuntimeError(f"{self.name} is not running: start it before you kill it.")
        os.kill(self.pid, signal.SIGKILL)
        with suppress(ServerStartError):
            self._read_message("", time.monotonic() + self._start_timeout)
        self.pid = None

    def stop(self) -> None:
        """End the server and its guard; a temporary folder is gone when this returns."""
        if (watchdog := self._watchdog) is None:
            return
        self._watchdog = None
        assert watchdog.stdin is not None
        assert watchdog.stdout is not None
        watchdog.stdin.close()
        try:
            watchdog.wait(self._start_timeout)
        except subprocess.TimeoutExpired:
            watchdog.kill()
            watchdog.wait()
        if watchdog.returncode == -signal.SIGKILL and self.pid is not None:
            with suppress(ProcessLookupError):  # without its guard the server would go on for ever
                os.kill(self.pid, signal.SIGKILL)
        watchdog.stdout.close()
        self.pid = None
        if not self._folder_given:
            self.folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_watchdog(self, command: list[str], until: float) -> None:
        self._unread = b""
        self._watchdog = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(WATCHDOG)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: we stop the server when we are done with it
        )
        order = {
            "command": command,
            "config": self.config(),
            "folder": str(self.folder) if self.folder else "",
            "prefix": f"eventdemo-{self.name.lower()}-",
            "shutdown_timeout": self.shutdown_timeout,
        }
        self._send(json.dumps(order).encode() + b"\n")
        self.folder = Path(self._read_message("folder", until))

    def _wait_for_an_answer(self, until: float) -> None:
        while not self._answers():
            self._read_message("", min(until, time.monotonic() + 0.02))
            if time.monotonic() >= until:
                raise ServerStartError(f"{self.name} did not answer within {self._start_timeout:g} s.")

    def _send(self, line: bytes) -> None:
        assert self._watchdog is not None
        assert self._watchdog.stdin is not None
        with suppress(BrokenPipeError):  # a guard that has ended has said why: `_heard` reads it
            self._watchdog.stdin.write(line)

    def _read_message(self, wanted: str, until: float) -> Any:
        """Return what the guard says of `wanted`, or None when the time is up; raise if it says that nothing runs."""
        assert self._watchdog is not None
        assert self._watchdog.stdout is not None
        while True:
            line, newline, rest = self._unread.partition(b"\n")
            if newline:
                self._unread = rest
                message: dict[str, Any] = json.loads(line)
                if wanted in message:
                    return message[wanted]
                if reason := self._why(message):
                    raise ServerStartError(reason)
            elif not select.select([self._watchdog.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            elif not (said := os.read(self._watchdog.stdout.fileno(), 4096)):
                raise ServerStartError(f"{self.name} was not started: the process that should watch it has ended.")
            else:
                self._unread += said

    def _why(self, message: dict[str, Any]) -> str:
        if "exited" in message:
            last = LOG_PREFIX.sub("", "".join(message["log"])) or f"exit code {message['exited']}"
            return f"{self.name} ended instead of starting: {last.rstrip('.')}."
        return str(message.get("refused", ""))

    def _answers(self) -> bool:
        asked, ready = self.greeting()
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1.0) as connection:
                connection.sendall(asked)
                heard = b""
                while said := connection.recv(4096):
                    heard += said
                    if ready in heard or b"-" in heard[:1]:
                        break
        except OSError:
            return False
        return ready in heard


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
