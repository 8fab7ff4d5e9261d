"""The process between us and an embedded server: it starts the server, and ends it when its own parent is gone.

It runs as a script with nothing but the standard library. Its standard input comes from the parent, however that ends,
a kill included, the system closes it: the guard then stops the server and removes a folder that was only lent. The
first line is the order as JSON, each further line `start` runs the server (again). It answers in JSON, a line each.
"""

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

POLL_INTERVAL = 1.0
"""Seconds between two looks at whether the parent still is our parent: a forked sibling may hold our input open."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Watchdog:
    """Holds the folder's lock as long as it or the server lives, so that no second server ever shares the folder."""

    def __init__(self, order: dict[str, Any], folder: Path, lock: IO[str]) -> None:
        self._lock = lock
        self._command = [part.replace("{folder}", str(folder)) for part in order["command"]]
        self._shutdown_timeout: float = order["shutdown_timeout"]
        self._log = folder / "server.log"
        self._server: subprocess.Popen[bytes] | None = None
        self._parent = os.getppid()
        config = folder / "server.conf"
        config.touch(mode=0o600)  # it holds the password
        config.write_text(order["config"].replace("{folder}", str(folder)), "utf-8")

    def serve(self) -> None:
        """Do what the parent says until it says no more."""
        while os.getppid() == self._parent:
            if select.select([sys.stdin], [], [], POLL_INTERVAL)[0]:
                if not (received := os.read(0, 4096)):
                    return
                if b"start" in received and (self._server is None or self._server.poll() is not None):
                    self._start()

    def _start(self) -> None:
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - the order comes from our parent
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._lock.fileno()],  # the lock is held until the server has ended, even if we are killed
            )
        report(started=self._server.pid)
        threading.Thread(target=self._report_exit, args=[self._server], daemon=True).start()

    def _report_exit(self, server: subprocess.Popen[bytes]) -> None:
        code = server.wait()
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        report(exited=code, log=lines[-1:])

    def end(self) -> None:
        """Stop the server: with patience first, then without."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(self._shutdown_timeout)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()


def report(**message: object) -> None:
    """Tell the parent, if it is still there."""
    with suppress(OSError):
        os.write(1, json.dumps(message).encode() + b"\n")


def locked(folder: Path) -> IO[str] | None:
    """Return the lock of a folder, or None if somebody holds it."""
    lock = (folder / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def exit_cleanly(*_: object) -> None:
    """End as if the parent had gone: what is to be undone stands in `finally`, and nothing interrupts that."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit()


def main() -> None:
    """Take the order, guard the server, leave nothing behind."""
    for number in SIGNALS:
        signal.signal(number, exit_cleanly)
    if not (received := os.read(0, 65536)):
        return  # the parent is gone already
    order = json.loads(received)
    lent = not order["folder"]
    folder = Path(tempfile.mkdtemp(prefix=order["prefix"]) if lent else order["folder"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (lock := locked(folder)) is None:
            report(refused=f"The folder {folder} is in use by another server: stop that one, or name another folder.")
            return
        watchdog = Watchdog(order, folder, lock)
        report(folder=str(folder))
        try:
            watchdog.serve()
        finally:
            watchdog.end()
    except OSError as error:
        report(refused=f"The folder {folder} cannot hold its data: {error.strerror}.")
    finally:
        if lent:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
