"""The built site, which several files of tests read."""

import subprocess
import sys

import pytest

from tests.house.repo import ROOT


@pytest.fixture(scope="session")
def site(once):
    """Build the site strictly, where a warning of mkdocs is an error."""
    return once("site", build)


def build(folder):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
