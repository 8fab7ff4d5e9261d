"""In-memory caches of several instances: an engine that broadcasts updates all of them."""

import asyncio
from dataclasses import replace

import pytest

from eventdemo.backend.events import UserUpdated
from eventdemo.backend.patterns.lifecycle import UserDirectory, UserService
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.durable.backoff import MAX_DELAY
from eventdemo.durable.bus import durable_bus
from eventdemo.durable.engine import RECONNECT_DELAY, EngineUnavailableError
from eventdemo.durable.engines.message import body_of, handle_broadcast
from eventdemo.durable.jobs import Job
from eventdemo.durable.relay import Relay
from eventdemo.durable.runtime import cache_updates, engine_for, runtime
from tests.durable.contract import only, run
from tests.durable.harness import FAST_RETRIES, clean_up, eventually, new_prefix
from tests.durable.server import Server, ServerEngine
from tests.durable.virtual import Process, now, play


def ann():
    return User(username="ann", full_name="Ann", organisation_id=1)


class Instance:
    """A process of a backend: a directory in its memory, and the store that all instances share."""

    def __init__(self, database):
        self.database = database
        self.bus, store = durable_bus(database), Store(database)
        self.directory = UserDirectory(store)
        self.bus.subscribe(self.directory)
        self.users = self.bus.entry_point(UserService(self.bus, store))

    def engine(self, harness, prefix):
        if harness.name == "outbox":
            return engine_for(self.bus, "outbox", policy=FAST_RETRIES)
        return harness.new_engine(dict.fromkeys(self.bus.listener_names, FAST_RETRIES), prefix=prefix)


@pytest.fixture
def instances(tmp_path):
    url = f"sqlite:///{tmp_path / 'backend.db'}"
    both = Instance(Database(url)), Instance(Database(url))
    yield both
    for instance in both:
        instance.database.close()


@only("nats", "rabbitmq", "kafka")
def test_a_change_on_one_instance_that_another_processed_updates_every_cache(harness, instances):
    accepts, works = instances

    async def test():
        prefix = new_prefix()
        engine = works.engine(harness, prefix)
        async with (
            runtime(works.bus, engine, with_worker=True, caches=[works.directory]),
            runtime(accepts.bus, accepts.engine(harness, prefix), with_worker=False, caches=[accepts.directory]),
        ):
            user, renamed = await accepts.users.save(ann()), 0
            while not accepts.directory.names:  # a broadcast reaches only the instances that are subscribed already
                renamed += 1
                user.full_name = f"Ann {renamed}"
                await accepts.users.save(user)
                await asyncio.sleep(0.2)
            user.full_name = "Ann Oakes"
            await accepts.users.save(user)
            await eventually(lambda: {"Ann Oakes"} == {*accepts.directory.names.values()})
            await eventually(lambda: {"Ann Oakes"} == {*works.directory.names.values()})
            await clean_up(engine)

    run(test())


@only("outbox", "bullmq")
def test_without_broadcast_only_the_cache_of_the_worker_is_updated(harness, instances):
    accepts, works = instances

    async def test():
        prefix = new_prefix()
        async with (
            runtime(works.bus, works.engine(harness, prefix), with_worker=True, caches=[works.directory]),
            runtime(accepts.bus, accepts.engine(harness, prefix), with_worker=False, caches=[accepts.directory]),
        ):
            await accepts.users.save(ann())
            await eventually(lambda: works.directory.names)

        assert accepts.directory.names == {}

    run(test())


class BroadcastingEngine(ServerEngine):
    """An engine that broadcasts, as long as its server is available."""

    capabilities = replace(ServerEngine.capabilities, broadcasts=True)

    async def broadcast(self, jobs):
        self._check()
        self._server.broadcasts += jobs

    async def subscribe(self, handle):
        while True:
            self._check()
            while self._server.broadcasts:
                await handle(self._server.broadcasts.pop(0))
            await asyncio.sleep(0.01)


class Cache:
    """A listener that keeps each event and its time in memory."""

    def __init__(self):
        self.kept = []

    async def keep(self, event):
        self.kept.append((event.user_id, now()))


def forget(event):
    """A listener without a cache."""


@pytest.fixture
def server():
    server = Server()
    server.broadcasts = []
    return server


@pytest.fixture
def process():
    process = Process()
    process.cache = Cache()
    process.bus.on(UserUpdated, process.cache.keep)
    process.bus.on(UserUpdated, forget)
    yield process
    process.database.close()


def test_only_jobs_for_cache_listeners_are_broadcast(process, server):
    async def main():
        engine = BroadcastingEngine(server)
        await engine.open()
        updates = cache_updates(process.bus, engine, [process.cache])
        await process.bus.emit_async(UserUpdated(user_id=7))
        await Relay(process.outbox, engine, process.bus.listener_names, updates).step()

    play(main)
    assert [job.listener for job in server.jobs] == ["Cache.keep", "forget"]
    assert [job.listener for job in server.broadcasts] == ["Cache.keep"]


def test_an_engine_without_broadcast_is_not_asked_to_broadcast(process, server):
    assert not cache_updates(process.bus, ServerEngine(server), [process.cache])


def test_a_subscriber_waits_for_an_unavailable_server_and_then_receives(process, server):
    async def main():
        server.unavailable = True
        async with runtime(process.bus, BroadcastingEngine(server), with_worker=False, caches=[process.cache]):
            await process.bus.emit_async(UserUpdated(user_id=7))
            await asyncio.sleep(10)
            server.unavailable = False
            await asyncio.sleep(10)

    play(main)
    ((user, when),) = process.cache.kept
    assert user == 7
    assert 10 < when < 10 + MAX_DELAY + RECONNECT_DELAY + 1


def test_a_subscriber_goes_on_after_a_listener_that_awaits_something_cancelled(process, server):
    class Failing(BroadcastingEngine):
        async def subscribe(self, handle):
            async def handle_and_fail_once(job):
                await handle(job)
                if len(process.cache.kept) == 1:
                    raise asyncio.CancelledError

            await super().subscribe(handle_and_fail_once)

    async def main():
        async with runtime(process.bus, Failing(server), with_worker=False, caches=[process.cache]):
            for user_id in (7, 8):
                await process.bus.emit_async(UserUpdated(user_id=user_id))
                await asyncio.sleep(10)

    play(main)
    assert [user for user, _ in process.cache.kept] == [7, 8]


def test_a_broadcast_job_whose_listener_awaits_something_cancelled_is_logged_like_any_that_fails(caplog):
    async def awaits_what_is_cancelled(job):
        raise asyncio.CancelledError

    asyncio.run(handle_broadcast(body_of(Job.of(UserUpdated(user_id=7), "keep")), awaits_what_is_cancelled))

    assert "A broadcast job failed; it is not retried." in caplog.text


def test_a_job_that_was_published_but_not_broadcast_stays_in_the_outbox(process, server):
    class FailingBroadcast(BroadcastingEngine):
        async def broadcast(self, jobs):
            raise EngineUnavailableError("The server failed in between.")

    async def main():
        engine = FailingBroadcast(server)
        await engine.open()
        updates = cache_updates(process.bus, engine, [process.cache])
        await process.bus.emit_async(UserUpdated(user_id=7))
        with pytest.raises(EngineUnavailableError):
            await Relay(process.outbox, engine, process.bus.listener_names, updates).step()
        return await process.outbox.waiting()

    assert play(main) == 2
