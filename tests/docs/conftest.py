"""The built site, which several files of tests read."""

import fcntl
import os
import subprocess
import sys

import pytest

from tests.house.repo import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the site strictly, where a warning of mkdocs is an error: once for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            build(folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
    return folder


def build(folder):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
