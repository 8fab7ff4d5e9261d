"""Traps of the libraries below the engines: what each would cost, and that it does not happen here.

docs/graduate/traps.md lists them all; those that the contract for every engine covers have their tests there.
"""

import asyncio
import logging
import time
from urllib.parse import urlsplit

import pytest
from confluent_kafka import KafkaException

from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import Book, only, opened, run, working
from tests.durable.proxy import proxied
from tests.durable.rigs import LISTENER, RIGS, eventually, fresh, job
from tests.durable.test_engine_deaths import killed
from tests.house.repo import files, text


@only("bullmq")
def test_a_job_survives_more_than_one_death_of_its_worker(rig):
    async def test():
        prefix, book = fresh(), Book()
        async with opened(rig, prefix=prefix, lock_duration=0.4) as engine:
            await engine.publish([job(1)])
            for _ in range(2):
                assert await asyncio.to_thread(killed, rig, prefix, lock_duration=0.4)

            async with working(engine, book):
                await eventually(lambda: book.has([job(1)]))

            assert await engine.dead_letters() == []

    run(test())


@only("bullmq")
def test_a_blocking_wait_of_bullmq_has_no_socket_timeout(rig):
    async def test():
        async with opened(rig) as engine:
            worker = await engine._worker(LISTENER, RetryPolicy(), Book())
            for connection in (worker.redisConnection, worker.blockingRedisConnection):
                assert connection.conn.get_connection_kwargs()["socket_timeout"] is None
            await worker.close()

    run(test())


@only("bullmq")
def test_a_listener_that_blocks_the_event_loop_for_less_than_the_lock_runs_once(rig):
    async def test():
        began = []

        async def block(job):
            began.append(job.id)
            time.sleep(1.5)  # noqa: ASYNC251 - that is the point

        async with opened(rig, lock=3.0) as engine, working(engine, block):
            await engine.publish([job(1), job(2)])
            await eventually(lambda: len(began) == 2)
            await asyncio.sleep(4.0)  # past the lock and two looks for stalled jobs

            assert await engine.dead_letters() == []
        assert began == [job(1).id, job(2).id]

    run(test())


@only("bullmq")
def test_errors_inside_a_bullmq_worker_are_logged(rig, caplog):
    async def test():
        async with opened(rig) as engine:
            worker = await engine._worker(LISTENER, RetryPolicy(), Book())
            worker.emit("error", ValueError("lost my lock"))
            await worker.close()

    with caplog.at_level(logging.WARNING):
        run(test())

    assert f"{LISTENER}: lost my lock" in caplog.text


@only("bullmq")
def test_a_server_without_an_append_only_file_is_reported_in_the_log(rig, caplog):
    async def test(url):
        engine = rig.made(url=url, prefix=fresh())
        await engine.open()
        await engine.close()

    async def forget():
        async with opened(rig) as engine, engine._client(0) as client:
            await client.config_set("appendonly", "no")
            try:
                await test(rig.url)
            finally:
                await client.config_set("appendonly", "yes")

    with caplog.at_level(logging.WARNING):
        run(forget())

    assert "keeps no append-only file, so a crash of the server loses all queued jobs" in caplog.text


def test_bullmq_offers_no_broadcast_because_each_job_goes_to_one_worker():
    engine = RIGS["bullmq"].made(url="redis://127.0.0.1")

    assert not engine.capabilities.broadcasts
    assert not hasattr(engine, "broadcast")


@only("nats")
def test_a_worker_of_nats_never_gives_up_reconnecting(rig):
    async def test():
        async with opened(rig) as engine:
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
        engine = RIGS["kafka"].made(url="127.0.0.1:1", timeout=0.05)
        engine._opened = broker = Broker()
        await engine.dead_letter(b"{}", 3, "it was hopeless")
        assert broker.tries == 3

    with caplog.at_level(logging.WARNING):
        run(test())

    assert caplog.text.count("A dead letter waits for it.") == 2


@only("rabbitmq")
def test_a_worker_reconnects_after_a_cut_and_its_job_is_redelivered(rig):
    async def test():
        book = Book(takes=0.4)
        async with proxied(5672) as proxy:
            url = f"amqp://guest:guest@127.0.0.1:{proxy.port}/"
            async with opened(rig, url=url) as engine, working(engine, book):
                await engine.publish([job(1)])
                await eventually(lambda: book.began)

                await proxy.cut()
                with pytest.raises(EngineUnavailableError):
                    await engine.publish([job(2)])
                await proxy.listen()
                await eventually(lambda: book.began.count(job(1).id) == 2)
                await eventually(lambda: accepted(engine, job(3)))
                await eventually(lambda: book.has([job(1), job(3)]))

    run(test())


async def accepted(engine, job):
    """Publish a job; return whether the server was there."""
    try:
        await engine.publish([job])
    except EngineUnavailableError:
        return False
    return True


@only("bullmq", "nats", "rabbitmq")
def test_waiting_for_a_server_uses_almost_no_cpu_time(rig):
    async def test():
        port = urlsplit(rig.url).port
        async with proxied(port) as proxy:
            url = rig.url.replace(f":{port}", f":{proxy.port}")
            async with opened(rig, url=url) as engine, working(engine, Book()):
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
