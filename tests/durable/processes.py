"""Helpers for processes that are not children of the test."""

import subprocess
import time


def alive(pid):
    """Return whether a process is running. A zombie is not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state := listed.stdout.strip()) and not state.startswith("Z")


def soon(condition, within=60.0):
    """Wait until a condition holds; return whether it did before the timeout."""
    until = time.monotonic() + within
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.02)
    return bool(met)
