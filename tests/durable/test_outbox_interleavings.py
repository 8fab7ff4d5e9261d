"""Two workers on one outbox in every order of their SQL statements, as two processes on a server could run them."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only, greenlet_spawn

from eventdemo.backend.storage.database import Database
from eventdemo.durable import outbox_table as table
from eventdemo.durable.outbox import Outbox
from eventdemo.explore import Experiment, access, explore, wait
from tests.durable.harness import LISTENER, job


class SteppingDatabase(Database):
    """Lets the other worker run before each statement; each of them sees what the other one has changed."""

    async def write(self, work):
        result = await greenlet_spawn(work, SteppingConnection(self._connection))
        self._connection.commit()
        return result


class SteppingConnection:
    """The connection of one transaction. After its first change it holds the row, so the rest of it is one step."""

    def __init__(self, connection):
        self._connection = connection
        self._has_lock = False

    def execute(self, statement, *parameters):
        if not self._has_lock:
            await_only(wait())
        access("the outbox", write=not statement.is_select)
        self._has_lock = self._has_lock or not statement.is_select
        return self._connection.execute(statement, *parameters)


@pytest.fixture
def outbox():
    database = SteppingDatabase()
    yield Outbox(database)
    database.close()


def explored(outbox, program, holds):
    """Run a program on one job in every order, and return what the explorer found."""

    async def play(_):
        outbox.database.transact(lambda c: c.execute(table.ROWS.delete()))
        outbox.database.transact(outbox.writer([job(1)]))
        return await program()

    found = explore(Experiment("two-workers", "the outbox counts right", play, holds, declared=True))
    assert found.complete
    return found


def one_fails_and_one_succeeds(outbox):
    async def program():
        begun = []

        async def fail():
            for lease in await outbox.lease({LISTENER: 1}, 10.0):
                begun.append("failing")
                await outbox.dead_letter(lease, "no")

        async def succeed():
            if leases := await outbox.lease({LISTENER: 1}, 10.0):
                begun.append("succeeding")
                await outbox.complete(leases)

        await asyncio.gather(fail(), succeed())
        return f"begun by {' and '.join(begun)}, {len(await outbox.dead_letters())} dead"

    return program


RIGHT = {"begun by failing, 1 dead", "begun by succeeding, 0 dead"}


def test_in_no_order_is_a_failed_job_begun_again_or_its_dead_letter_deleted(outbox):
    found = explored(outbox, one_fails_and_one_succeeds(outbox), RIGHT.__contains__)

    assert set(found.outcomes) == RIGHT
    assert found.schedules > 10


def test_the_explorer_finds_a_lease_that_does_not_check_the_job_again(outbox, monkeypatch):
    is_free = table.ROWS.c.leased_until.is_(None)
    chosen = table.ROWS.c.seq.in_(sa.bindparam("chosen", expanding=True))
    values = {"leased_by": sa.bindparam("token"), "leased_until": sa.bindparam("until")}
    monkeypatch.setattr(table, "LEASE", sa.update(table.ROWS).where(chosen, is_free).values(values))

    found = explored(outbox, one_fails_and_one_succeeds(outbox), RIGHT.__contains__)

    assert set(found.outcomes) == {*RIGHT, "begun by failing and succeeding, 0 dead"}


def both_leases_expire_at_once(outbox):
    async def program():
        leased_by, completed_by = [], []

        async def work(worker):
            if leases := await outbox.lease({LISTENER: 1}, 0.0):
                leased_by.append(worker)
                lost = await outbox._change(table.DELETE, leases)
                completed_by.extend([] if lost else [worker])

        await asyncio.gather(work("one"), work("two"))
        return "right" if completed_by == leased_by[-1:] else f"leased by {leased_by}, completed by {completed_by}"

    return program


def test_in_no_order_does_a_completion_count_after_another_worker_took_the_job(outbox):
    found = explored(outbox, both_leases_expire_at_once(outbox), "right".__eq__)

    assert set(found.outcomes) == {"right"}
    assert found.schedules > 10


def test_the_explorer_finds_a_completion_that_does_not_check_the_lease(outbox, monkeypatch):
    ids = table.ROWS.c.id.in_(sa.bindparam("ids", expanding=True))
    monkeypatch.setattr(table, "DELETE", sa.delete(table.ROWS).where(ids))

    assert explored(outbox, both_leases_expire_at_once(outbox), "right".__eq__).refuted
