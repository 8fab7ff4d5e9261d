"""Virtual time for the evidence of the claims: a test is a coroutine, waiting and computing cost nothing."""

import asyncio
import inspect
from functools import wraps

from eventdemo.simulate.virtual_time import run


def play(scene):
    """Make a test of a coroutine function."""

    @wraps(scene)
    def test(**given):
        run(scene(**given), step_limit=1_000_000)

    test.__signature__ = inspect.signature(scene)
    return test


def now():
    """Return the virtual time in seconds."""
    return round(asyncio.get_running_loop().time(), 6)


def busy(seconds):
    """Compute: time passes and nothing else runs."""
    asyncio.get_running_loop().clock.time += seconds


def takes(seconds, calls, name):
    """Return a listener that waits, then notes its name."""

    async def listener(*_):
        await asyncio.sleep(seconds)
        calls.append(name)

    return listener
