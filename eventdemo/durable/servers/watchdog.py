"""The process between us and an embedded server: it starts the server and stops it when its own parent is gone.

It runs as a script with nothing but the standard library. The parent holds the other end of its standard input, and the
operating system closes that end even if the parent is killed. It prints the server's process id, and ends when the
server does.
"""

import os
import select
import shutil
import signal
import subprocess
import sys

POLL_INTERVAL = 1.0
"""Seconds between two checks that our parent is still the same: a process that it forked may hold our input open."""


def main() -> None:
    """Run a command until it ends or our parent is gone; in the second case, remove the folder too."""
    timeout, folder, *command = sys.argv[1:]
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    ended, held = os.pipe()
    server = subprocess.Popen(  # noqa: S603 - the command comes from our parent
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        pass_fds=[held],
    )
    os.close(held)
    try:
        sys.stdout.write(f"{server.pid}\n")
        sys.stdout.flush()
        if wait_for_end(ended, parent):
            folder = ""  # the parent may start the server again
    finally:
        stop(server, float(timeout))
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def wait_for_end(ended: int, parent: int) -> bool:
    """Return True when the server has ended, and False when our parent has closed our input or is gone."""
    while os.getppid() == parent:
        ready = select.select([ended, 0], [], [], POLL_INTERVAL)[0]
        if ready:
            return ended in ready
    return False


def stop(server: subprocess.Popen[bytes], timeout: float) -> None:
    """Ask the server to end, and kill it after `timeout` seconds."""
    server.terminate()
    try:
        server.wait(timeout)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
