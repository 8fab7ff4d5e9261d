"""Pitfalls of the libraries below the engines, each with a test that it does not happen here.

docs/graduate/traps.md lists all of them; test_engines.py and test_engine_deaths.py cover the others.
"""

import asyncio
import logging
import time
from urllib.parse import urlsplit

import bullmq
import pytest
from confluent_kafka import KafkaException

from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import RecordingListener, only, open_engine, run, running_worker
from tests.durable.harness import HARNESSES, LISTENER, eventually, job, new_prefix
from tests.durable.proxy import proxied
from tests.durable.test_engine_deaths import kill_a_worker
from tests.house.repo import files, text


@only("bullmq")
def test_a_job_survives_more_than_one_death_of_its_worker(harness):
    async def test():
        prefix, listener = new_prefix(), RecordingListener()
        async with open_engine(harness, prefix=prefix, lock_duration=0.4) as engine:
            await engine.publish([job(1)])
            for _ in range(2):
                assert await asyncio.to_thread(kill_a_worker, harness, prefix, lock_duration=0.4)

            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed([job(1)]))

            assert await engine.dead_letters() == []

    run(test())


@only("bullmq")
def test_a_blocking_wait_of_bullmq_has_no_socket_timeout(harness):
    async def test():
        async with open_engine(harness) as engine:
            worker = await engine._worker(LISTENER, RetryPolicy(), RecordingListener())
            for connection in (worker.redisConnection, worker.blockingRedisConnection):
                assert connection.conn.get_connection_kwargs()["socket_timeout"] is None
            await worker.close()

    run(test())


@only("bullmq")
def test_a_listener_that_blocks_the_event_loop_for_less_than_the_lock_runs_once(harness):
    async def test():
        started = []

        async def block(job):
            started.append(job.id)
            time.sleep(1.5)  # noqa: ASYNC251 - blocking is what is tested

        async with open_engine(harness, lock_duration=3.0) as engine, running_worker(engine, block):
            await engine.publish([job(1), job(2)])
            await eventually(lambda: len(started) == 2)
            await asyncio.sleep(4.0)  # longer than the lock and two checks for stalled jobs

            assert await engine.dead_letters() == []
        assert started == [job(1).id, job(2).id]

    run(test())


@only("bullmq")
def test_a_lock_of_bullmq_is_renewed_after_a_third_of_its_time(harness, monkeypatch):
    run_worker, options = bullmq.Worker.run, []

    async def note_and_run(worker):
        options.append(worker.opts)
        await run_worker(worker)

    monkeypatch.setattr(bullmq.Worker, "run", note_and_run)

    async def test():
        async with open_engine(harness) as engine, running_worker(engine, RecordingListener()):
            await eventually(lambda: options)

    run(test())
    assert all(0 < 3 * each["lockRenewTime"] <= each["lockDuration"] for each in options)


@only("bullmq")
def test_errors_inside_a_bullmq_worker_are_logged(harness, caplog):
    async def test():
        async with open_engine(harness) as engine:
            worker = await engine._worker(LISTENER, RetryPolicy(), RecordingListener())
            worker.emit("error", ValueError("lost my lock"))
            worker.emit("error", ConnectionError("the server died"), "the job")  # the library passes one or two values
            await worker.close()

    with caplog.at_level(logging.WARNING):
        run(test())

    assert f"{LISTENER}: lost my lock" in caplog.text
    assert f"{LISTENER}: the server died" in caplog.text


@only("bullmq")
def test_a_server_without_an_append_only_file_is_reported_in_the_log(harness, caplog):
    async def test(url):
        engine = harness.new_engine(url=url, prefix=new_prefix())
        await engine.open()
        await engine.close()

    async def forget():
        async with open_engine(harness) as engine, engine._client(0) as client:
            await client.config_set("appendonly", "no")
            try:
                await test(harness.url)
            finally:
                await client.config_set("appendonly", "yes")

    with caplog.at_level(logging.WARNING):
        run(forget())

    assert "keeps no append-only file, so a crash of the server loses all queued jobs" in caplog.text


def test_bullmq_offers_no_broadcast_because_each_job_goes_to_one_worker():
    engine = HARNESSES["bullmq"].new_engine(url="redis://127.0.0.1")

    assert not engine.capabilities.broadcasts
    assert not hasattr(engine, "broadcast")


@only("nats")
def test_a_worker_of_nats_never_gives_up_reconnecting(harness):
    async def test():
        async with open_engine(harness) as engine:
            assert engine._broker._connection.options["max_reconnect_attempts"] == -1

    run(test())


def test_a_dead_letter_of_kafka_waits_for_its_server_because_the_next_job_would_acknowledge_it(caplog):
    class Broker:
        tries = 0

        async def publish(self, body, **where):
            self.tries += 1
            if self.tries < 3:
                raise KafkaException("no leader")

        async def stop(self):
            pass

    async def test():
        engine = HARNESSES["kafka"].new_engine(url="127.0.0.1:1", timeout=0.05)
        engine._broker = broker = Broker()
        await engine.dead_letter(b"{}", 3, "unprocessable")
        assert broker.tries == 3

    with caplog.at_level(logging.WARNING):
        run(test())

    assert caplog.text.count("A dead letter waits for it.") == 2


@only("rabbitmq")
def test_a_worker_reconnects_after_a_cut_and_its_job_is_redelivered(harness):
    async def test():
        listener = RecordingListener(duration=0.4)
        async with proxied(5672) as proxy:
            url = f"amqp://guest:guest@127.0.0.1:{proxy.port}/"
            async with open_engine(harness, url=url) as engine, running_worker(engine, listener):
                await engine.publish([job(1)])
                await eventually(lambda: listener.started)

                await proxy.cut()
                with pytest.raises(EngineUnavailableError):
                    await engine.publish([job(2)])
                await proxy.listen()
                await eventually(lambda: listener.started.count(job(1).id) == 2)
                await eventually(lambda: accepted(engine, job(3)))
                await eventually(lambda: listener.has_processed([job(1), job(3)]))

    run(test())


async def accepted(engine, job):
    """Publish a job; return whether the server was available."""
    try:
        await engine.publish([job])
    except EngineUnavailableError:
        return False
    return True


@only("bullmq", "nats", "rabbitmq")
def test_waiting_for_a_server_uses_almost_no_cpu_time(harness):
    async def test():
        port = urlsplit(harness.url).port
        async with proxied(port) as proxy:
            url = harness.url.replace(f":{port}", f":{proxy.port}")
            async with open_engine(harness, url=url) as engine, running_worker(engine, RecordingListener()):
                await asyncio.sleep(0.3)
                await proxy.cut()
                before = time.process_time()
                await asyncio.sleep(1.5)
                spent = time.process_time() - before
                await proxy.listen()
                await eventually(lambda: accepted(engine, job(1)))

        assert spent < 0.5

    run(test())


def test_the_package_avoids_wait_for_which_can_lose_a_cancellation_before_python_3_12():
    assert not [path for path in files("eventdemo/durable/*.py") if "asyncio.wait_for(" in text(path)]
