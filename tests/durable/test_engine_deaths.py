"""Nothing that an engine holds is lost when a worker or a server dies, and an absent server is said in time."""

import asyncio
import json
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import Book, only, opened, run, working
from tests.durable.rigs import LISTENER, QUICK, eventually, fresh, job
from tests.house.repo import ROOT

IN_TIME = 20.0
"""Seconds within which an engine with a patience of 1 s says that its server is absent, on a busy machine too."""


def killed(rig, prefix, *, attempts=QUICK.attempts, **options):
    """Have a worker begin a job in a process of its own, and kill it there; return what it said."""
    told = {"name": rig.name, "url": rig.url, "attempts": attempts, "options": {"prefix": prefix, **options}}
    command = [sys.executable, "-m", "tests.durable.worker", json.dumps(told)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        process.kill()
    return said.strip()


def test_a_job_of_a_killed_worker_is_redelivered_to_another(rig):
    async def test():
        prefix, book = fresh(), Book()
        async with opened(rig, prefix=prefix) as engine:
            await engine.publish([job(1)])

            said = await asyncio.to_thread(killed, rig, prefix)
            async with working(engine, book):
                await eventually(lambda: book.has([job(1)]))

            assert await engine.dead_letters() == []
        assert said == f"began {job(1).id}"
        assert book.done == [job(1).id]

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_job_that_kills_its_workers_too_often_is_dead_lettered(rig):
    async def test():
        prefix, book = fresh(), Book()
        policies = {LISTENER: RetryPolicy(attempts=1)}
        async with opened(rig, prefix=prefix, policies=policies, max_redeliveries=0) as engine:
            await engine.publish([job(1)])

            await asyncio.to_thread(killed, rig, prefix, attempts=1, max_redeliveries=0)
            async with working(engine, book):
                (letter,) = await eventually(engine.dead_letters)

        assert letter.job.id == job(1).id
        assert letter.attempts >= 1
        assert book.began == []

    run(test())


@only("outbox", "bullmq", "nats")
def test_a_job_that_takes_longer_than_the_visibility_timeout_runs_once(rig):
    async def test():
        book = Book(takes=2.2)
        async with opened(rig, count=2) as (one, two), working(one, book), working(two, book):
            await one.publish([job(1)])
            await eventually(lambda: book.done)

        assert book.began == [job(1).id]

    run(test())


@only("bullmq", "nats")
def test_a_killed_server_loses_nothing_and_its_worker_reconnects(rig):
    async def test():
        book, before, after = Book(), [job(number) for number in range(60)], [job(number) for number in range(60, 70)]
        async with opened(rig) as engine:
            await engine.publish(before)
            rig.running.kill()
            with pytest.raises(EngineUnavailableError):
                await engine.publish([job(999)])
            rig.running.start()

            async with working(engine, book):
                await eventually(lambda: len(book.done) > 20)
                rig.running.kill()
                await asyncio.sleep(0.3)
                rig.running.start()
                await eventually(lambda: _accepted(engine, after))
                await eventually(lambda: book.has([*before, *after]))

    async def _accepted(engine, jobs):
        try:
            await engine.publish(jobs)
        except EngineUnavailableError:
            return False
        return True

    run(test())


@contextmanager
def port_without_a_server():
    """Hold a port at which connections are refused, so that no other process takes it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@only("bullmq", "nats", "rabbitmq", "kafka")
def test_an_unreachable_server_fails_fast_with_one_clear_message(rig):
    async def test():
        with port_without_a_server() as port:
            engine = rig.made(url=rig.absent.format(port=port), timeout=1.0)
            async with asyncio.timeout(IN_TIME):
                with pytest.raises(EngineUnavailableError) as told:
                    await engine.open()
                await engine.close()

        assert "127.0.0.1" in str(told.value)
        assert "secret" not in str(told.value)
        assert "\n" not in str(told.value)

    run(test())


@only("bullmq", "nats", "rabbitmq", "kafka")
def test_a_silent_server_fails_fast_with_one_clear_message(rig):
    async def test():
        with socket.create_server(("127.0.0.1", 0)) as silent:
            engine = rig.made(url=rig.absent.format(port=silent.getsockname()[1]), timeout=1.0)

            async with asyncio.timeout(IN_TIME):
                with pytest.raises(EngineUnavailableError, match=r"did not answer within 1 s|cannot be reached"):
                    await engine.open()
                await engine.close()

    run(test())


@pytest.mark.parametrize("moment", [0.0, 0.002, 0.01, 0.05])
def test_a_worker_that_is_cancelled_while_connecting_leaves_no_connection_open(rig, moment):
    async def test():
        async with opened(rig) as engine:
            before = asyncio.all_tasks()
            async with working(engine, Book()):
                await asyncio.sleep(moment)
            await eventually(lambda: asyncio.all_tasks() <= before)  # closing ends in tasks of the library

    run(test())
