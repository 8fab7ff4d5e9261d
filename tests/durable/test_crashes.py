"""A process is killed at every possible step: no accepted work is lost, and redeliveries have no second effect.

A step is the moment right before or after a transaction or an operation of the engine's server. Nothing is stored
between two steps, so a kill in between has the same result as one at a step.
"""

import asyncio
from contextlib import contextmanager, suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, insert
from sqlalchemy.exc import IntegrityError

from eventdemo.backend.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.backend.storage.database import Database
from eventdemo.core.on_event import on_event
from eventdemo.durable.runtime import engine_for, runtime
from tests.durable.server import Server, ServerEngine
from tests.durable.virtual import Process, play

TABLES = MetaData()
EFFECTS = Table("effects", TABLES, Column("id", Integer, primary_key=True), Column("what", String, unique=True))
ALL = ["notified 7", "requested", "synced 7"]
ENGINES = ["outbox", "server"]


class Killed(BaseException):
    """Raised to end a process at once, like SIGKILL."""


@contextmanager
def process_boundary():
    """End a process here, whichever of its tasks raised `Killed`."""
    try:
        yield
    except* Killed:
        pass


class KillingDatabase(Database):
    """A database that kills the process at a given step; uncommitted changes are rolled back."""

    def __init__(self):
        super().__init__()
        self.create_tables(TABLES)
        self.left = -1
        self.steps = 0

    def step(self):
        self.steps += 1
        if self.left == 0:
            raise Killed
        self.left -= 1

    async def _run(self, function, *args, **kwargs):
        self.step()
        result = await super()._run(function, *args, **kwargs)
        self.step()
        return result

    def restart(self, left=-1):
        self._connection.rollback()
        self.left = left


class Backend:
    """A change and two listeners, the first of which emits in turn. Each inserts a row; a second insert is ignored."""

    def __init__(self, process):
        self._bus, self._database = process.bus, process.database
        process.bus.subscribe(self)

    async def request(self):
        await self._insert("requested")
        self._bus.emit(UserSyncProfile(user_id=7))

    @on_event(UserSyncProfile)
    async def sync(self, event):
        await self._insert(f"synced {event.user_id}")
        await self._bus.emit_async(UserSyncTaskNotifications(user_id=event.user_id))

    @on_event(UserSyncTaskNotifications)
    async def notify(self, event):
        await self._insert(f"notified {event.user_id}")

    async def _insert(self, what):
        with suppress(IntegrityError):
            await self._database.write(lambda c: c.execute(insert(EFFECTS), {"what": what}))


class World:
    """The parts that outlive a process: the database and the engine's server."""

    def __init__(self, engine):
        self.database = KillingDatabase()
        self._engine = engine
        self._server = Server()

    async def run_process(self, *, requests):
        """Run one process until no job is left or it is killed."""
        process = Process(self.database, lease_seconds=5.0)
        backend = Backend(process)
        engine = (
            engine_for(process.bus, "outbox", lease_seconds=5.0)
            if self._engine == "outbox"
            else ServerEngine(self._server, step=self.database.step)
        )
        async with runtime(process.bus, engine, with_worker=True):
            if requests:
                await process.bus.entry_point(backend).request()
            while await process.outbox.waiting() or self._server.jobs:  # noqa: ASYNC110 - polls like another process
                await asyncio.sleep(0.5)

    async def run_processes(self, *kills):
        """Run one process after another, each killed at its step; the last one finishes."""
        requests = True
        for left in kills:
            self.database.restart(left)
            with process_boundary():
                await self.run_process(requests=requests)
            requests = False
        self.database.restart()
        await self.run_process(requests=False)
        effects = self.rows("SELECT what FROM effects ORDER BY what")
        done = self.rows("SELECT listener FROM processed_jobs ORDER BY listener")
        return effects, done

    def rows(self, query):
        return self.database.transact(lambda c: c.exec_driver_sql(query).scalars().all())


def after(engine, *kills):
    world = World(engine)
    try:
        return play(world.run_processes, *kills)
    finally:
        world.database.close()


@cache
def final_states(engine):
    """Return the final state after a kill at each step of a complete run, in the order of the steps."""
    return [after(engine, kill) for kill in range(step_count(engine))]


def step_count(engine):
    world = World(engine)

    async def main():
        await world.run_process(requests=True)
        return world.database.steps

    try:
        return play(main)
    finally:
        world.database.close()


def all_or_nothing(found):
    effects, done = found
    return (effects, done) in [([], []), (ALL, ["Backend.notify", "Backend.sync"])]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_kill_at_any_step_loses_nothing_and_has_no_effect_twice(engine):
    assert all(map(all_or_nothing, final_states(engine)))


@pytest.mark.parametrize("engine", ENGINES)
def test_once_the_change_is_committed_all_its_effects_follow(engine):
    """Before a certain step a kill leaves nothing, after it everything; no kill leaves a part."""
    requested = [bool(effects) for effects, _ in final_states(engine)]

    assert requested == sorted(requested)
    assert 0 < sum(requested) < len(requested)


@settings(max_examples=40, deadline=None)
@given(engine=st.sampled_from(ENGINES), kills=st.lists(st.integers(0, 45), min_size=2, max_size=5))
def test_any_number_of_kills_at_any_steps_loses_nothing(engine, kills):
    assert all_or_nothing(after(engine, *kills))
