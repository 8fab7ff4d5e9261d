"""The background tasks of a backend: a relay if the engine has a server, and a worker on request."""

import asyncio

import pytest

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.core.fates import Fate
from eventdemo.durable.bus import NotDurableError
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.runtime import engine_for, runtime
from tests.durable.server import Server, ServerEngine
from tests.durable.virtual import Process, play


@pytest.fixture
def process():
    process = Process()
    process.received = []
    process.bus.on(AuthLogin, process.received.append)
    yield process
    process.database.close()


def engines(process):
    return {
        "outbox": engine_for(process.bus, "outbox", policy=RetryPolicy(concurrency=2)),
        "server": ServerEngine(Server()),
    }


@pytest.mark.parametrize("name", ["outbox", "server"])
def test_an_event_that_is_emitted_inside_the_runtime_is_processed_inside(process, name):
    async def main():
        async with runtime(process.bus, engines(process)[name], with_worker=True):
            await process.bus.emit_async(AuthLogin(user_id=7))
            await asyncio.sleep(1)

    play(main)
    assert [event.user_id for event in process.received] == [7]
    assert process.ledger.counts() == {Fate.DONE: 1}


@pytest.mark.parametrize("name", ["outbox", "server"])
def test_without_a_worker_an_event_is_only_accepted(process, name):
    async def main():
        async with runtime(process.bus, engines(process)[name], with_worker=False):
            await process.bus.emit_async(AuthLogin(user_id=7))
            await asyncio.sleep(1)

    play(main)
    assert process.received == []
    assert process.ledger.counts() == {Fate.ACCEPTED: 1}


def test_a_worker_does_not_start_without_its_server(process):
    server = Server()
    server.unavailable = True

    async def main():
        async with runtime(process.bus, ServerEngine(server), with_worker=True):
            raise AssertionError("the runtime started")

    with pytest.raises(EngineUnavailableError):
        play(main)


def test_without_a_worker_the_runtime_starts_before_its_server(process):
    server = Server()
    server.unavailable = True

    async def main():
        async with runtime(process.bus, ServerEngine(server), with_worker=False):
            await process.bus.emit_async(AuthLogin(user_id=7))
            await asyncio.sleep(10)
            server.unavailable = False
            await asyncio.sleep(10)

    play(main)
    assert len(server.jobs) == 1


def test_a_listener_that_would_have_no_queue_on_the_server_is_refused(process):
    engine_for(process.bus, "nats", "nats://127.0.0.1:1")
    with pytest.raises(NotDurableError, match="never has no queue on the server, so its jobs would wait for ever"):
        process.bus.on(AuthLogout, never)

    async def use_another():
        async with runtime(process.bus, engines(process)["outbox"], with_worker=True):
            pass

    play(use_another)
    process.bus.on(AuthLogout, never)


def never(event): ...


def test_after_the_runtime_no_task_is_left(process):
    async def main():
        async with runtime(process.bus, ServerEngine(Server()), with_worker=True):
            await asyncio.sleep(1)
        return len(asyncio.all_tasks())

    assert play(main) == 1
