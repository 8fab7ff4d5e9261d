"""Idempotency keys: a redelivered event is processed once on all instances, and caches get every delivery."""

import asyncio

import pytest

from eventdemo.backend.events import AuthLogin, UserSyncTaskNotifications
from eventdemo.backend.schedule import scheduled_for
from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from eventdemo.core.runner import Runner
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.instances.lease import Leases
from eventdemo.simulate.strategies import Bounded, Sequential
from eventdemo.simulate.virtual_time import START, VirtualClock, run


class Listener:
    """Takes a second for each event."""

    def __init__(self, name, log, error=None):
        self.name = name
        self.log = log
        self.error = error

    @on_event("**", suppress_errors=False)
    async def handle(self, event):
        await asyncio.sleep(1)
        if self.error:
            raise self.error
        self.log.append((self.name, event.user_id))
        return self.name


class Two:
    """Two instances on one store."""

    def __init__(self, runner=Runner, *options):
        self.log, self.ledger = [], Ledger()
        self.database = Database(pause=lambda: asyncio.sleep(0.001))
        self.buses = [self._bus(name, runner(*options)) for name in "AB"]

    def _bus(self, name, runner):
        bus = IdempotentBus(runner)
        bus.keys.leases = Leases(self.database, poll_interval=0.1)
        bus.observe(self.ledger)
        bus.listener = Listener(name, self.log)
        bus.subscribe(bus.listener)
        return bus


def run_scenario(scenario, *args, **options):
    virtual = VirtualClock()

    async def main():
        two = Two(*args, **options)
        await scenario(*two.buses)
        two.database.close()
        return two.log, two.ledger.counts()

    with clock.use(virtual):
        return run(main(), virtual)


async def polls(bus):
    """Emit what a job emits on its schedule, an event of its own on each instance."""
    with scheduled_for("*/5 * * * *", START):
        return await bus.emit_async(UserSyncTaskNotifications(user_id=7))


@pytest.mark.parametrize("kind", [Runner, Sequential])
def test_what_two_instances_emit_in_one_scheduled_run_is_processed_once(kind):
    async def scenario(a, b):
        assert sorted(await asyncio.gather(polls(a), polls(b)), key=str) == [["A"], [None]]

    assert run_scenario(scenario, kind) == ([("A", 7)], {Fate.DONE: 1, Fate.DUPLICATE: 1})


def test_it_works_with_bounded_concurrency():
    async def scenario(a, b):
        await asyncio.gather(polls(a), polls(b))
        await asyncio.gather(a.drain(), b.drain())

    assert run_scenario(scenario, Bounded, 1)[1] == {Fate.DONE: 1, Fate.DUPLICATE: 1}


def test_another_run_another_user_or_another_event_has_another_key():
    async def scenario(a, b):
        await polls(a)
        with scheduled_for("*/5 * * * *", START.replace(minute=5)):
            await b.emit_async(UserSyncTaskNotifications(user_id=7))
        with scheduled_for("*/5 * * * *", START):
            await b.emit_async(UserSyncTaskNotifications(user_id=8))
            await b.emit_async(AuthLogin(user_id=7))

    assert run_scenario(scenario) == ([("A", 7), ("B", 7), ("B", 8), ("B", 7)], {Fate.DONE: 4})


def test_outside_of_a_scheduled_run_the_key_is_the_event_s_id():
    async def scenario(a, b):
        event = AuthLogin(user_id=7)
        await a.emit_async(event)
        await b.emit_async(event)
        await b.emit_async(AuthLogin(user_id=7))

    assert run_scenario(scenario) == ([("A", 7), ("B", 7)], {Fate.DONE: 2, Fate.DUPLICATE: 1})


def test_the_second_delivery_takes_over_if_the_first_fails():
    async def scenario(a, b):
        a.listener.error = OSError("no disk")
        failed, handled = await asyncio.gather(polls(a), polls(b), return_exceptions=True)
        assert isinstance(failed, ExceptionGroup)
        assert handled == ["B"]

    assert run_scenario(scenario) == ([("B", 7)], {Fate.DONE: 1, Fate.FAILED_SEEN: 1})


def test_a_cache_gets_the_event_on_every_instance():
    async def scenario(a, b):
        for bus in (a, b):
            bus.keys.exempt = (bus.listener,)
        await asyncio.gather(polls(a), polls(b))

    assert run_scenario(scenario) == ([("A", 7), ("B", 7)], {Fate.DONE: 2})


def test_a_plain_listener_runs_each_time():
    async def scenario(a, _):
        heard = []
        a.on("auth.login", lambda event: heard.append(event.user_id))
        event = AuthLogin(user_id=7)
        await a.emit_async(event)
        await a.emit_async(event)
        assert heard == [7, 7]

    run_scenario(scenario)
