"""A process that is killed, at every boundary there is: nothing accepted is lost, and what is repeated is harmless.

A boundary is any moment right before or after a transaction, or a step of the engine's server. Between two of them
nothing is kept, so a kill anywhere in between is the same as one of these.
"""

import asyncio
from contextlib import contextmanager, suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, insert
from sqlalchemy.exc import IntegrityError

from eventdemo.backend.storage.database import Database
from eventdemo.core.events import UserSyncProfile, UserSyncTaskNotifications
from eventdemo.core.on_event import on_event
from eventdemo.durable.runtime import engine_for, runtime
from tests.durable.server import Server, ServerEngine
from tests.durable.virtual import Process, play

TABLES = MetaData()
EFFECTS = Table("effects", TABLES, Column("id", Integer, primary_key=True), Column("what", String, unique=True))
ALL = ["asked", "synced 7", "told 7"]
ENGINES = ["outbox", "server"]


class Killed(BaseException):
    """The process is gone: not a line of it runs any more."""


@contextmanager
def killed():
    """Let a process end here, in whichever of its tasks it was killed."""
    try:
        yield
    except* Killed:
        pass


class Mortal(Database):
    """A database that a process uses until it is killed; what it had not committed then is gone."""

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

    def revive(self, left=-1):
        self._connection.rollback()
        self.left = left


class Backend:
    """One change, and two listeners of which the first emits in turn; each leaves a row, and a repetition does not."""

    def __init__(self, process):
        self._bus, self._database = process.bus, process.database
        process.bus.subscribe(self)

    async def ask(self):
        await self._leave("asked")
        self._bus.emit(UserSyncProfile(user_id=7))

    @on_event(UserSyncProfile)
    async def sync(self, event):
        await self._leave(f"synced {event.user_id}")
        await self._bus.emit_async(UserSyncTaskNotifications(user_id=event.user_id))

    @on_event(UserSyncTaskNotifications)
    async def tell(self, event):
        await self._leave(f"told {event.user_id}")

    async def _leave(self, what):
        with suppress(IntegrityError):
            await self._database.write(lambda c: c.execute(insert(EFFECTS), {"what": what}))


class World:
    """What outlives a process: the database, and the engine's server."""

    def __init__(self, engine):
        self.database = Mortal()
        self._engine = engine
        self._server = Server()

    async def life(self, *, asks):
        """Let one process live until there is nothing left to do, or until it is killed."""
        process = Process(self.database, lease_seconds=5.0)
        backend = Backend(process)
        engine = (
            engine_for(process.bus, "outbox", lease_seconds=5.0)
            if self._engine == "outbox"
            else ServerEngine(self._server, step=self.database.step)
        )
        async with runtime(process.bus, engine, with_worker=True):
            if asks:
                await process.bus.entry_point(backend).ask()
            while await process.outbox.waiting() or self._server.jobs:  # noqa: ASYNC110 - as another process would
                await asyncio.sleep(0.5)

    async def lives(self, *kills):
        """Let one process after another live, each killed at its boundary; the last one may live on."""
        asks = True
        for left in kills:
            self.database.revive(left)
            with killed():
                await self.life(asks=asks)
            asks = False
        self.database.revive()
        await self.life(asks=False)
        effects = self.rows("SELECT what FROM effects ORDER BY what")
        done = self.rows("SELECT listener FROM processed_jobs ORDER BY listener")
        return effects, done

    def rows(self, query):
        return self.database.transact(lambda c: c.exec_driver_sql(query).scalars().all())


def after(engine, *kills):
    world = World(engine)
    try:
        return play(world.lives, *kills)
    finally:
        world.database.close()


@cache
def ends(engine):
    """Return what is there in the end, for a kill at each boundary of a whole life, the first one first."""
    return [after(engine, kill) for kill in range(boundaries(engine))]


def boundaries(engine):
    world = World(engine)

    async def main():
        await world.life(asks=True)
        return world.database.steps

    try:
        return play(main)
    finally:
        world.database.close()


def all_or_nothing(found):
    effects, done = found
    return (effects, done) in [([], []), (ALL, ["Backend.sync", "Backend.tell"])]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_kill_at_any_step_loses_nothing_and_has_no_effect_twice(engine):
    assert all(map(all_or_nothing, ends(engine)))


@pytest.mark.parametrize("engine", ENGINES)
def test_once_the_change_is_committed_all_its_effects_follow(engine):
    """Killed early, nothing was asked for; from a certain boundary on all is done; and there is nothing in between."""
    asked = [bool(effects) for effects, _ in ends(engine)]

    assert asked == sorted(asked)
    assert 0 < sum(asked) < len(asked)


@settings(max_examples=40, deadline=None)
@given(engine=st.sampled_from(ENGINES), kills=st.lists(st.integers(0, 45), min_size=2, max_size=5))
def test_any_number_of_kills_at_any_steps_loses_nothing(engine, kills):
    assert all_or_nothing(after(engine, *kills))
