"""Virtual time for the tests of the claims: a test is a coroutine, so waiting and computing cost no time."""

import asyncio
import inspect
from functools import wraps

from eventdemo.simulate.virtual_time import run


def play(program):
    """Turn a coroutine function into a test."""

    @wraps(program)
    def test(**given):
        run(program(**given), step_limit=1_000_000)

    test.__signature__ = inspect.signature(program)
    return test


def now():
    """Return the virtual time in seconds."""
    return round(asyncio.get_running_loop().time(), 6)


def busy(seconds):
    """Block the event loop for some seconds."""
    asyncio.get_running_loop().clock.time += seconds


def takes(seconds, calls, name):
    """Return a listener that waits, then appends its name to `calls`."""

    async def listener(*_):
        await asyncio.sleep(seconds)
        calls.append(name)

    return listener
