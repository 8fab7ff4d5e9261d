"""How a process ends decides whether a running listener can clean up."""

import asyncio
import signal
import subprocess
import sys

import pytest

from eventdemo import EventBus

LISTENER = """
import asyncio

async def main():
    try:
        print("running", flush=True)
        await asyncio.sleep(60)
    finally:
        print("cleaned up", flush=True)

asyncio.run(main())
"""


def ended_by(number):
    """Start a process with a running coroutine, send it a signal, and return its exit code and what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    return process.returncode, first + rest


def test_without_a_handler_sigterm_runs_no_finally():
    assert ended_by(signal.SIGTERM) == (-signal.SIGTERM, "running\n")


def test_an_interrupt_cancels_and_runs_finally():
    _, printed = ended_by(signal.SIGINT)

    assert printed == "running\ncleaned up\n"


def test_drain_names_the_late_listeners():
    async def main():
        bus = EventBus()

        async def in_time():
            await asyncio.sleep(0)

        async def late():
            await asyncio.sleep(60)

        bus.on("saved", in_time)
        bus.on("saved", late)
        bus.emit("saved")
        with pytest.raises(TimeoutError, match="late") as raised:
            await bus.drain(timeout=0.01)
        assert "in_time" not in str(raised.value)

    asyncio.run(main())
