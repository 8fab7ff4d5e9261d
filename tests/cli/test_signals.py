"""SIGINT and SIGTERM end a running command without a traceback. `serve` is in tests/backend/web/test_serving.py."""

import signal
import subprocess
import sys
import time

import pytest

from tests.cli.commands import PROGRAM, SECONDS

PROGRAM_OF_MANY_ORDERS = """
import asyncio
from pathlib import Path


async def step():
    for _ in range(5):
        await asyncio.sleep(0)


async def many():
    Path("begun").touch()
    await asyncio.gather(*(step() for _ in range(6)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_ends_an_exploration_silently(number, code, tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM_OF_MANY_ORDERS)
    command = [*PROGRAM, "explore", "program.py:many", "--ready", "any", "--bound", "1000000"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as exploring:
        until = time.monotonic() + SECONDS
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        exploring.send_signal(number)
        printed = exploring.communicate(timeout=SECONDS)

    assert (exploring.returncode, *printed) == (code, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_sigterm_ends_a_comparison_silently():
    command = [*PROGRAM, "compare", "fan-out", "--users", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as comparing:
        comparing.stdout.readline()  # now it runs, for minutes
        comparing.send_signal(signal.SIGTERM)
        _, errors = comparing.communicate(timeout=SECONDS)

    assert (comparing.returncode, errors) == (-signal.SIGTERM, "")
