"""The crash lab, with real processes and a real SIGKILL: what an in-process bus loses, a durable engine does not."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.durable.servers.folder import lent_folder
from eventdemo.trials.crash_lab.accounts import Books
from eventdemo.trials.crash_lab.fakes import serving
from eventdemo.trials.crash_lab.lab import at_rest, company_for, one_round
from eventdemo.trials.crash_lab.processes import processes_for
from eventdemo.trials.crash_lab.requests import PEOPLE, Visit

EVERYBODY_LOGS_OUT = [Visit(0, "logout", user_id, 0.0) for user_id in range(1, PEOPLE + 1)]
RIGHT_AFTER_THE_ANSWERS = 0.3


class KillsAll:
    """Chance that wants everything to be killed."""

    def choice(self, options):
        return options[-1]


async def logouts_and_a_kill(engine, url=""):
    """Let everybody log out at once, kill everything a moment later, start again, and return the books."""
    company = company_for(1, 7)
    with lent_folder() as folder:
        async with serving(company, 7) as fakes:
            database = Database(f"sqlite:///{folder / 'backend.sqlite'}")
            fill(database, company, served_at=fakes.url)
            at = {"database": str(database.engine.url), "fakes": fakes.url}
            with processes_for(engine, url=url, prefix="eventdemo-test-lab", **at) as processes:
                heard = await one_round(
                    processes, EVERYBODY_LOGS_OUT, RIGHT_AFTER_THE_ANSWERS, KillsAll(), warmed_by=PEOPLE + 1
                )
                await asyncio.to_thread(processes.start)
                entries = await at_rest(Books(Store(database), fakes), heard, patience=processes.patience)
            database.close()
    return entries


def outcomes(entries):
    return {entry.outcome for entry in entries}


def test_a_kill_takes_what_the_in_process_bus_had_under_way():
    entries = asyncio.run(logouts_and_a_kill("in-process"))

    assert "lost" in outcomes(entries)


@pytest.mark.parametrize("engine", ["outbox", "bullmq", "nats"])
def test_a_durable_engine_loses_nothing_that_was_accepted(engine):
    entries = asyncio.run(logouts_and_a_kill(engine))

    assert "done" in outcomes(entries)
    assert "lost" not in outcomes(entries)


def test_rabbitmq_loses_nothing_that_was_accepted():
    try:
        socket.create_connection(("127.0.0.1", 5672), timeout=1).close()
    except OSError:
        pytest.skip("no RabbitMQ answers on 127.0.0.1:5672")

    entries = asyncio.run(logouts_and_a_kill("rabbitmq"))

    assert "done" in outcomes(entries)
    assert "lost" not in outcomes(entries)


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="pgrep lists the processes, and is not installed")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_lab_that_is_killed_itself_leaves_no_process_and_no_folder_behind(end, tmp_path):
    command = [sys.executable, "-m", "eventdemo", "crash-lab", "--engine", "outbox", "--rounds", "50"]
    lab = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL)
    wait_until(lambda: running_on(tmp_path))

    lab.send_signal(end)
    lab.wait()

    wait_until(lambda: not running_on(tmp_path) and not list(tmp_path.iterdir()))


def running_on(folder):
    """Return the processes that have a folder in their command line."""
    found = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def wait_until(true, *, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
