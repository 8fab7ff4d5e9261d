"""The outcome of a worker that was paused until another one had its job does not count.

The late attempt fails, and it is the last one. If it counted, the job would become a dead letter although it is done.
"""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import only, open_engine, run, running_worker
from tests.durable.harness import LISTENER, eventually, job, new_prefix
from tests.durable.proxy import proxied

LAST_ATTEMPT = {LISTENER: RetryPolicy(attempts=1)}


class PausedListener:
    """Starts a job, and fails when the test continues it."""

    def __init__(self):
        self.has_started, self.continued, self.has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, job):
        self.has_started.set()
        try:
            await self.continued.wait()
        finally:
            self.has_ended.set()
        raise ValueError("this is too late")


async def fails_late(first, second, between=None):
    """Let a worker of `first` start a job, one of `second` finish it, and then the first one fail."""
    paused, finished = PausedListener(), []

    async def finish(job):
        finished.append(job.id)

    async with running_worker(first, paused):
        await second.publish([job(1)])
        await eventually(paused.has_started.is_set)
        if between is not None:
            await between()
        async with running_worker(second, finish):
            await eventually(lambda: finished)
        paused.continued.set()  # the library of RabbitMQ has cancelled it before
        await eventually(paused.has_ended.is_set)
        await asyncio.sleep(0.3)
    assert set(finished) == {job(1).id}
    assert await second.dead_letters() == []


@asynccontextmanager
async def reporting_once(message, _):
    await message.report_progress()
    yield


LATE = {
    "bullmq": (
        ("bullmq.lock_manager.LockManager.start", lambda _: None),  # a paused worker renews no lock
        {"lock_duration": 1.0},
        f"Missing lock for job {job(1).id}",
    ),
    "nats": (
        ("eventdemo.durable.engines.nats.reporting_progress", reporting_once),
        {"ack_wait": 1.0},
        f"Attempt 1 of {job(1)} ended too late",
    ),
}
"""What a paused worker doesn't do, how long its job is its own, and what is logged of its late outcome."""


@only(*LATE)
def test_the_late_outcome_of_a_worker_that_lost_its_job_is_refused_and_logged(harness, monkeypatch, caplog):
    paused, short, logged = LATE[harness.name]
    monkeypatch.setattr(*paused)

    async def test():
        async with open_engine(harness, count=2, policies=LAST_ATTEMPT, **short) as engines:
            await fails_late(*engines)

    run(test())
    assert logged in caplog.text


@only("rabbitmq")
def test_a_worker_of_rabbitmq_reports_no_outcome_after_its_channel_was_closed(harness):
    async def test():
        port = urlsplit(harness.url).port
        async with proxied(port) as proxy:
            prefix, url = new_prefix(), harness.url.replace(f":{port}", f":{proxy.port}")

            async def cut():
                await proxy.cut()
                await proxy.listen()

            async with (
                open_engine(harness, prefix=prefix, policies=LAST_ATTEMPT) as second,
                open_engine(harness, prefix=prefix, policies=LAST_ATTEMPT, url=url) as first,
            ):
                await fails_late(first, second, between=cut)

    run(test())
