"""What the tests of the contract are made of: engines at work, and a listener that notes what it is handed."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from tests.durable.rigs import clear, fresh

LIMIT = 60.0
"""Seconds after which a test has hung."""


def only(*names):
    """Run a test for these engines alone."""
    return pytest.mark.parametrize("rig", names, indirect=True)


def run(test):
    """Run a coroutine to its end, or fail when it hangs."""
    asyncio.run(asyncio.wait_for(test, LIMIT))


@asynccontextmanager
async def opened(rig, *, count=1, **options):
    """Have engines on the same jobs, open."""
    settings = {"prefix": fresh(), **options}
    engines = [rig.made(**settings) for _ in range(count)]
    for engine in engines:
        await engine.open()
    try:
        yield engines if count > 1 else engines[0]
    finally:
        await clear(engines[0])
        for engine in engines:
            await engine.close()


@asynccontextmanager
async def working(engine, handle):
    """Have a worker at work."""
    work = asyncio.create_task(engine.work(handle))
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def some_time(attempt, attempts=5):
    """Fail unless one of a few attempts returns true: a busy machine makes some of them slow, but not each."""
    for _ in range(attempts):
        if await attempt():
            return
    raise AssertionError(f"not once in {attempts} attempts")


class Book:
    """A listener that notes when it is handed which job, and fails as often as it is told to."""

    def __init__(self, fails=0, error=None, takes=0.0):
        self.began = []
        self.done = []
        self.at = []
        self.running = self.peak = 0
        self._fails = fails
        self._error = error or ValueError("the printer is on fire")
        self._takes = takes

    async def __call__(self, job):
        self.began.append(job.id)
        self.at.append(time.monotonic())
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await asyncio.sleep(self._takes)
        finally:
            self.running -= 1
        if self._fails:
            self._fails -= 1
            raise self._error
        self.done.append(job.id)

    def has(self, jobs):
        """Tell whether each of these jobs is done."""
        return {job.id for job in jobs} <= set(self.done)
