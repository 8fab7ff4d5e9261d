"""Claims 22, 59, 71, 72 and 81: the end of a process, and what it loses."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.simulate.virtual_time import run
from tests.learn.claims.harness import play, takes

KILLED = """
import asyncio, os, signal
async def listener():
    try:
        print("started", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(0)
    except BaseException:
        print("except", flush=True)
    finally:
        print("finally", flush=True)
asyncio.run(listener())
"""


@pytest.mark.parametrize(
    ("drains", "ended", "fate"), [(True, ["hook"], Fate.DONE), (False, [], Fate.CANCELLED_AT_EXIT)]
)
def test_22_running_work_is_lost_at_the_end_unless_the_process_drains(drains, ended, fate):
    bus, ledger, done = EventBus(), Ledger(), []
    bus.observe(ledger)
    bus.on("user.created", takes(0.300, done, "hook"))

    async def process():
        bus.emit("user.created")
        if drains:
            await bus.drain()

    run(process())

    assert done == ended
    assert ledger.counts() == {fate: 1}


@play
async def test_59_an_event_during_shutdown_reaches_listeners_if_emitted_before_the_drain_ends():
    bus, heard = EventBus(), []
    bus.on("app.closing", takes(0.100, heard, "farewell"))

    bus.emit("app.closing")
    await bus.drain()

    assert heard == ["farewell"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system knows no SIGKILL")
def test_72_a_killed_process_runs_neither_except_nor_finally():
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)

    assert killed.returncode == -signal.SIGKILL, os.strerror(abs(killed.returncode))
    assert killed.stdout.split() == ["started"]


@play
async def test_81_the_ledger_counts_deliveries_and_keeps_none():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    bus.on("job", lambda: asyncio.sleep(1))
    before = sorted(vars(ledger))

    for _ in range(51):
        await bus.emit_async("job")

    assert ledger.counts() == {Fate.DONE: 51}
    assert (ledger.emits, ledger.deliveries, len(ledger.counts())) == (51, 51, 1)
    assert sorted(vars(ledger)) == before
