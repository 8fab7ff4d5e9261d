"""Each cell of bus-or-queue.md about a queue is what the engine on that queue does."""

import asyncio
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from eventdemo.backend.storage.database import Database
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from tests.docs.cells import columns_of
from tests.durable.contract import RecordingListener, only, open_engine, run, running_worker
from tests.durable.harness import LISTENER, eventually, job, new_prefix
from tests.durable.proxy import proxied

COLUMN = columns_of("bus-or-queue")["BullMQ, RabbitMQ, NATS"]
QUEUES = only("bullmq", "rabbitmq", "nats")


@QUEUES
def test_the_caller_waits_for_the_broker_which_is_a_server(harness):
    async def test():
        port = urlsplit(harness.url).port
        async with proxied(port) as proxy:
            url = harness.url.replace(f":{port}", f":{proxy.port}")
            engine = harness.new_engine(prefix=new_prefix(), url=url, timeout=5.0)
            await engine.open()
            await proxy.cut()
            with pytest.raises(EngineUnavailableError):
                await engine.publish([job(1)])
            await engine.close()

    run(test())
    assert (COLUMN["the caller waits"], COLUMN["needs a server"]) == ("for the broker", "yes")


@QUEUES
def test_an_error_ends_as_a_dead_letter_and_a_rollback_takes_no_job_back(harness):
    async def change(engine):
        with closing(Database()) as database, suppress(KeyError):
            async with database.unit():
                await engine.publish([job(1)])
                raise KeyError

    async def test():
        async with open_engine(harness, policies={LISTENER: RetryPolicy(attempts=1)}) as engine:
            await change(engine)
            async with running_worker(engine, RecordingListener(failures=1)):
                return await eventually(engine.dead_letters)

    letters = asyncio.run(test())
    assert [letter.job.id for letter in letters] == [job(1).id]
    assert COLUMN["who sees an error"] == "a dead letter"
    assert COLUMN["in one transaction with the change"] == "only behind an outbox"


@QUEUES
def test_a_job_outlives_its_process_and_goes_to_one_of_two_workers(harness):
    async def test():
        prefix, listener = new_prefix(), RecordingListener()
        before = harness.new_engine(prefix=prefix)
        await before.open()
        await before.publish([job(1)])
        await before.close()
        async with (
            open_engine(harness, count=2, prefix=prefix) as (one, two),
            running_worker(one, listener),
            running_worker(two, listener),
        ):
            await eventually(lambda: listener.has_processed([job(1)]))
            return listener.started, one.title, one.capabilities.broadcasts

    started, title, broadcasts = asyncio.run(test())
    assert (COLUMN["survives a crash"], started) == ("yes", [job(1).id])
    rule, _, exception = COLUMN["several listeners of one event"].partition("; ")
    assert rule == "no, you add a job for each"
    assert exception == "RabbitMQ and NATS can also broadcast"
    assert broadcasts is (title in exception)
