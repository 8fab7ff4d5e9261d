"""The parts of the contract tests: open engines, running workers, and a listener that records the jobs it gets."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from tests.durable.harness import clean_up, new_prefix

TIMEOUT = 60.0
"""Seconds after which a test counts as hung."""


def only(*names):
    """Run a test for these engines only."""
    return pytest.mark.parametrize("harness", names, indirect=True)


def run(test):
    """Run a coroutine to its end; fail if it hangs."""
    asyncio.run(asyncio.wait_for(test, TIMEOUT))


@asynccontextmanager
async def open_engine(harness, *, count=1, **options):
    """Yield an open engine, or `count` engines that share their jobs."""
    settings = {"prefix": new_prefix(), **options}
    engines = [harness.new_engine(**settings) for _ in range(count)]
    for engine in engines:
        await engine.open()
    try:
        yield engines if count > 1 else engines[0]
    finally:
        await clean_up(engines[0])
        for engine in engines:
            await engine.close()


@asynccontextmanager
async def running_worker(engine, handle):
    work = asyncio.create_task(engine.work(handle))
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def at_least_once(attempt, attempts=5):
    """Fail unless one of a few attempts returns true: on a busy machine some of them are slow, but not all."""
    for _ in range(attempts):
        if await attempt():
            return
    raise AssertionError(f"not once in {attempts} attempts")


class RecordingListener:
    """Records when it gets which job, and fails the first `failures` times."""

    def __init__(self, failures=0, error=None, duration=0.0):
        self.started = []
        self.start_times = []
        self.finished = []
        self.running = self.peak = 0
        self._failures = failures
        self._error = error or ValueError("the printer is on fire")
        self._duration = duration

    async def __call__(self, job):
        self.started.append(job.id)
        self.start_times.append(time.monotonic())
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await asyncio.sleep(self._duration)
        finally:
            self.running -= 1
        if self._failures:
            self._failures -= 1
            raise self._error
        self.finished.append(job.id)

    def has_processed(self, jobs):
        return {job.id for job in jobs} <= set(self.finished)
