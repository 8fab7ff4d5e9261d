"""The crash lab with real processes and a real SIGKILL: an in-process bus loses work, a durable engine does not."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

import pytest

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.trials.crash_lab.fakes import serve_fakes
from eventdemo.trials.crash_lab.lab import company_for, is_accepted, wait_until_quiescent, warm_up
from eventdemo.trials.crash_lab.processes import PAUSE_SECONDS, Fault, processes_for
from eventdemo.trials.crash_lab.requests import USERS_PER_ROUND, Accounts, UserRequest
from tests.durable.harness import new_prefix
from tests.needs import needs, without_rabbitmq_server

ALL_USERS_LOG_OUT = [UserRequest(0, "logout", user_id, 0.0) for user_id in range(1, USERS_PER_ROUND + 1)]


class Chooses:
    """A random generator whose choice is one fault, and of its possible victims the most."""

    def __init__(self, fault):
        self.fault = fault

    def choice(self, options):
        return max((option for option in options if option[0] is self.fault), key=lambda option: len(option[1]))


async def logouts_and_a_fault(engine, fault=Fault.KILLED):
    """Log all users out at once, harm the processes a moment later, start again, and return the accounts."""
    company, prefix = company_for(1, 7), new_prefix()
    with TemporaryDirectory() as folder:
        async with serve_fakes(company, 7) as fakes:
            database = Database(f"sqlite:///{folder}/backend.sqlite")
            fill(database, company, served_at=fakes.url)
            shared = {"database": str(database.engine.url), "fakes": fakes.url}
            with processes_for(engine, prefix=prefix, **shared) as processes:
                answered = await harmed_after_the_answers(processes, fault)
                await asyncio.to_thread(processes.start)
                accounts = await wait_until_quiescent(
                    Accounts(Store(database), company, fakes.removals, fakes.lookups),
                    answered,
                    quiet_seconds=processes.quiet_seconds,
                )
            database.close()
    return accounts


async def harmed_after_the_answers(processes, fault):
    """Log all users out at once, and harm the processes right after the last answer, on any machine."""
    await asyncio.to_thread(processes.start)
    async with httpx.AsyncClient(base_url=processes.url, timeout=60.0, trust_env=False) as http:
        await warm_up(http, USERS_PER_ROUND + 1)
        accepted = await asyncio.gather(*(is_accepted(http, request) for request in ALL_USERS_LOG_OUT))
        await asyncio.to_thread(processes.harm, Chooses(fault))
    await asyncio.sleep(PAUSE_SECONDS if fault is Fault.PAUSED else 0)
    return list(zip(ALL_USERS_LOG_OUT, accepted, strict=True))


def outcomes(accounts):
    return {account.outcome for account in accounts}


def test_a_kill_loses_what_the_in_process_bus_was_doing():
    accounts = asyncio.run(logouts_and_a_fault("in-process"))

    assert "lost" in outcomes(accounts)


@pytest.mark.parametrize(
    ("engine", "fault"),
    [
        ("outbox", Fault.KILLED),
        ("bullmq", Fault.PAUSED),
        pytest.param("rabbitmq", Fault.SERVER_KILLED, marks=needs(without_rabbitmq_server())),
    ],
)
def test_a_durable_engine_loses_nothing_that_was_accepted(engine, fault):
    accounts = asyncio.run(logouts_and_a_fault(engine, fault))

    assert "done" in outcomes(accounts)
    assert "lost" not in outcomes(accounts)


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="pgrep lists the processes, and is not installed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_lab_that_is_killed_itself_leaves_no_process_and_if_it_can_no_folder(number, tmp_path):
    with lab_in(tmp_path) as lab:
        lab.send_signal(number)
        lab.wait()

    wait_until(lambda: not running_in(tmp_path))
    if number is signal.SIGINT:
        wait_until(lambda: not list(tmp_path.iterdir()))


def lab_in(folder):
    """Start a lab whose temporary files are in `folder`, and wait for its first process."""
    command = [sys.executable, "-m", "eventdemo", "crash-lab", "--engine", "outbox", "--rounds", "50"]
    lab = subprocess.Popen(
        command, env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: running_in(folder))
    return lab


def running_in(folder):
    """Return the processes that have a folder in their command line."""
    found = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def wait_until(true, *, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
