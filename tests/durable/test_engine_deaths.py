"""No job is lost when a worker or a server dies, and an unreachable server fails fast."""

import asyncio
import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import bullmq
import pytest

from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import RecordingListener, at_least_once, only, open_engine, run, running_worker
from tests.durable.harness import FAST_RETRIES, LISTENER, eventually, job, new_prefix
from tests.durable.proxy import proxied
from tests.house.repo import ROOT

FAST = 20.0
"""Seconds within which an engine with a timeout of 1 s reports an unreachable server, even on a busy machine."""


def kill_a_worker(harness, prefix, *, attempts=FAST_RETRIES.attempts, **options):
    """Start a worker in a process of its own and kill it while it processes a job; return what it printed."""
    settings = {
        "name": harness.name,
        "url": harness.url,
        "attempts": attempts,
        "options": {"prefix": prefix, **options},
    }
    command = [sys.executable, "-m", "tests.durable.worker", json.dumps(settings)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.readline()
        process.kill()
    return printed.strip()


def test_a_job_of_a_killed_worker_is_redelivered_to_another(harness):
    async def test():
        prefix, listener = new_prefix(), RecordingListener()
        async with open_engine(harness, prefix=prefix) as engine:
            await engine.publish([job(1)])

            printed = await asyncio.to_thread(kill_a_worker, harness, prefix)
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed([job(1)]))

            assert await engine.dead_letters() == []
        assert printed == f"started {job(1).id}"
        assert listener.finished == [job(1).id]

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_job_that_kills_its_workers_too_often_is_dead_lettered(harness):
    async def test():
        prefix, listener = new_prefix(), RecordingListener()
        policies = {LISTENER: RetryPolicy(attempts=1)}
        async with open_engine(harness, prefix=prefix, policies=policies, max_redeliveries=0) as engine:
            await engine.publish([job(1)])

            await asyncio.to_thread(kill_a_worker, harness, prefix, attempts=1, max_redeliveries=0)
            async with running_worker(engine, listener):
                (letter,) = await eventually(engine.dead_letters)

        assert letter.job.id == job(1).id
        assert letter.attempts >= 1
        assert listener.started == []

    run(test())


@only("outbox", "bullmq", "nats")
def test_a_job_that_takes_longer_than_the_visibility_timeout_runs_once(harness):
    async def runs_once():
        listener = RecordingListener(duration=2.2)
        async with (
            open_engine(harness, count=2) as (one, two),
            running_worker(one, listener),
            running_worker(two, listener),
        ):
            await one.publish([job(1)])
            await eventually(lambda: listener.finished)
        return listener.started == [job(1).id]

    # two thirds of a second without this process are enough to miss the renewal of a timeout of one second
    run(at_least_once(runs_once))


@only("bullmq", "nats")
def test_a_killed_server_loses_nothing_and_its_worker_reconnects(harness):
    async def test():
        listener, before, after = (
            RecordingListener(),
            [job(number) for number in range(60)],
            [job(number) for number in range(60, 70)],
        )
        async with open_engine(harness) as engine:
            await engine.publish(before)
            harness.running.kill()
            with pytest.raises(EngineUnavailableError):
                await engine.publish([job(999)])
            harness.running.start()

            async with running_worker(engine, listener):
                await eventually(lambda: len(listener.finished) > 20)
                harness.running.kill()
                await asyncio.sleep(0.3)
                harness.running.start()
                await eventually(lambda: _accepted(engine, after))
                await eventually(lambda: listener.has_processed([*before, *after]))

    async def _accepted(engine, jobs):
        try:
            await engine.publish(jobs)
        except EngineUnavailableError:
            return False
        return True

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_worker_that_starts_while_its_server_is_unavailable_waits_for_it(harness, caplog):
    async def test():
        listener, port = RecordingListener(), urlsplit(harness.url).port
        async with proxied(port) as proxy:
            url = harness.url.replace(f":{port}", f":{proxy.port}")
            async with open_engine(harness, url=url) as engine:
                await engine.publish([job(1)])
                await proxy.cut()
                async with running_worker(engine, listener):
                    await eventually(lambda: "A worker tries again." in caplog.text)
                    await proxy.listen()
                    await eventually(lambda: listener.has_processed([job(1)]))

    run(test())


@contextmanager
def port_without_a_server():
    """Hold a port that refuses connections, so that no other process takes it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@only("bullmq", "nats", "rabbitmq", "kafka")
def test_an_unreachable_server_fails_fast_with_one_clear_message(harness):
    async def test():
        with port_without_a_server() as port:
            engine = harness.new_engine(url=harness.unreachable_url.format(port=port), timeout=1.0)
            async with asyncio.timeout(FAST):
                with pytest.raises(EngineUnavailableError) as raised:
                    await engine.open()
                await engine.close()

        assert "127.0.0.1" in str(raised.value)
        assert "secret" not in str(raised.value)
        assert "\n" not in str(raised.value)

    run(test())


@only("bullmq", "nats", "rabbitmq", "kafka")
def test_a_silent_server_fails_fast_with_one_clear_message(harness):
    async def test():
        with socket.create_server(("127.0.0.1", 0)) as silent:
            engine = harness.new_engine(url=harness.unreachable_url.format(port=silent.getsockname()[1]), timeout=1.0)

            async with asyncio.timeout(FAST):
                with pytest.raises(EngineUnavailableError, match=r"did not answer within 1 s|cannot be reached"):
                    await engine.open()
                await engine.close()

    run(test())


@pytest.mark.parametrize("moment", [0.0, 0.002, 0.01, 0.05])
def test_a_worker_that_is_cancelled_while_connecting_leaves_no_connection_open(harness, moment):
    async def test():
        async with open_engine(harness) as engine:
            before = asyncio.all_tasks()
            async with running_worker(engine, RecordingListener()):
                await asyncio.sleep(moment)
            await eventually(lambda: asyncio.all_tasks() <= before)  # the library closes it in tasks of its own

    run(test())


@only("bullmq")
def test_a_worker_that_begins_to_run_when_it_is_closed_leaves_no_connection_open(harness, monkeypatch):
    run_worker, workers = bullmq.Worker.run, []

    async def run_late(worker):  # as on a busy machine
        workers.append(worker)
        await eventually(lambda: worker.closed)
        await run_worker(worker)

    monkeypatch.setattr(bullmq.Worker, "run", run_late)

    async def test():
        async with open_engine(harness) as engine, running_worker(engine, RecordingListener()):
            await eventually(lambda: workers)
        pool = workers[0].client.connection_pool
        assert not [each for each in pool._available_connections if each.is_connected]
        assert not pool._in_use_connections

    run(test())
