"""What tests need to know of processes that are not their children."""

import subprocess
import time


def alive(pid):
    """Tell whether a process runs; one that has ended and that nobody has asked about is a zombie, and does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state := listed.stdout.strip()) and not state.startswith("Z")


def soon(happened, within=60.0):
    """Wait until something has happened; return whether it did."""
    until = time.monotonic() + within
    while not (seen := happened()) and time.monotonic() < until:
        time.sleep(0.02)
    return bool(seen)
