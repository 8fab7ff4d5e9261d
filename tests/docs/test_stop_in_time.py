"""How a process ends decides whether a running listener can clean up: each cell of stop-in-time.md is what happens."""

import asyncio
import signal
import subprocess
import sys
from functools import cache

import pytest

from eventdemo import EventBus
from eventdemo.simulate import simulate
from tests.docs.cells import columns_of

COLUMNS = columns_of("stop-in-time")
WORDS = {
    ("except", "finally", "cancelled-at-exit"): "gets a `CancelledError` and can clean up",
    ("no more requests",): "runs on during the shutdown, then stops where it is",
    (): "stops where it is: no `except`, no `finally`",
}


@cache
def ended_by(number, mode="waits"):
    """Start a process with a running listener, send it a signal if there is one, and return what it printed then."""
    command = [sys.executable, "-m", "tests.docs.stopping", mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout.readline() == "running\n"
        if number is not None:
            process.send_signal(number)
        return tuple(process.communicate(timeout=60)[0].splitlines())


@cache
def fate_after_a_kill():
    """Return the fate of a delivery whose process cannot print it any more, as the simulation kills one."""

    async def program(stage):
        stage.bus.on("saved", lambda: asyncio.sleep(0.2))
        stage.bus.emit("saved")

    (fate,) = simulate(program, users=1, crashes="A@0.1").ledger
    return fate


@pytest.mark.parametrize(
    ("ending", "runs"),
    [
        ("`asyncio.run` returns, or Ctrl+C", [(None, "returns"), (signal.SIGINT, "waits")]),
        ("SIGTERM, and uvicorn handles it", [(signal.SIGTERM, "leaves")]),
        ("SIGTERM without a handler", [(signal.SIGTERM, "waits")]),
        ("SIGKILL, out of memory, power cut", [(signal.SIGKILL, "waits")]),
    ],
)
def test_each_ending_does_to_a_listener_what_the_page_says(ending, runs):
    for number, mode in runs:
        printed = ended_by(number, mode)
        fate = printed[-1] if "except" in printed else fate_after_a_kill()
        assert COLUMNS["the listener"][ending] == WORDS[printed]
        assert f"`{fate}`" in COLUMNS["fate"][ending].split(" if you drain, else ")


def test_an_app_that_drains_when_uvicorn_stops_it_ends_its_listeners():
    *_, fate = ended_by(signal.SIGTERM, "drains")

    assert COLUMNS["fate"]["SIGTERM, and uvicorn handles it"].startswith(f"`{fate}` if you drain, else ")


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
