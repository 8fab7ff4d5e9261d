"""The article's controllers on a durable bus: unchanged code, with each change committed together with its events."""

import pytest
from sqlalchemy.exc import OperationalError

from eventdemo.backend.demo.seed import fill, session_token
from eventdemo.backend.events import AuthLogin
from eventdemo.backend.services import ServiceClient
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store, TakenError
from eventdemo.backend.wiring import build
from eventdemo.core.on_event import on_event
from mock_services import Company, FaultPlan, MockServices
from tests.durable.virtual import Process, play


@pytest.fixture
def process():
    process = Process()
    yield process
    process.database.close()


@pytest.fixture
def backend(process):
    company = Company(5)
    fill(process.database, company)
    services = MockServices(company, FaultPlan())
    return build(process.bus, Store(process.database), ServiceClient(services.transport()))


ACTIONS = {
    "log in": lambda backend: backend.auth.log_in(3, "another phone"),
    "log out": lambda backend: backend.auth.log_out_mobile(3, session_token(3)),
    "create": lambda backend: backend.users.save(User(username="nadia", organisation_id=1)),
    "change": lambda backend: backend.users.save(User(id=3, username="nadia", organisation_id=1)),
    "delete": lambda backend: backend.users.delete(3),
}
JOBS = {"log in": 1, "log out": 2, "create": 1, "change": 2, "delete": 2}


def everything(database):
    tables = ("user", "loginsession", "device", "notification")
    return {
        name: database.transact(lambda c, name=name: c.exec_driver_sql(f"SELECT * FROM {name}").all())
        for name in tables
    }


@pytest.mark.parametrize("action", ACTIONS)
def test_an_entry_point_commits_its_change_with_a_job_for_each_listener(process, backend, action):
    before = everything(process.database)

    async def main():
        await ACTIONS[action](backend)
        return await process.outbox.waiting()

    assert play(main) == JOBS[action]
    assert everything(process.database) != before


@pytest.mark.parametrize("action", ACTIONS)
def test_if_its_events_cannot_be_stored_nothing_is_changed(process, backend, action):
    before = everything(process.database)

    async def main():
        process.database.transact(lambda c: c.exec_driver_sql("DROP TABLE outbox"))
        with pytest.raises(OperationalError):
            await ACTIONS[action](backend)

    play(main)
    assert everything(process.database) == before


def test_if_its_change_is_refused_no_event_is_stored(process, backend):
    async def main():
        taken = (await backend.store.user(1)).username
        with pytest.raises(TakenError):
            await backend.users.save(User(username=taken, organisation_id=1))
        with pytest.raises(TakenError):
            await backend.auth.log_in(3, session_token(1))
        return await process.outbox.waiting()

    assert play(main) == 0


def test_members_that_are_no_coroutines_are_passed_through(process):
    class Controller:
        limit = 3

        def twice(self, number):
            return 2 * number

    wrapped = process.bus.entry_point(Controller())

    assert (wrapped.limit, wrapped.twice(4)) == (3, 8)
    with pytest.raises(AttributeError, match="nothing"):
        _ = wrapped.nothing


def test_an_in_memory_listener_remembers_only_in_the_process_of_the_worker():
    """The price of a durable bus: the listener runs in the worker only, so the emitter's memory is not updated."""

    class Seen:
        def __init__(self):
            self.users = []

        @on_event(AuthLogin)
        def remember(self, event):
            self.users.append(event.user_id)

    emitting = Process()
    working = Process(emitting.database)
    there, here = Seen(), Seen()
    emitting.bus.subscribe(here)
    working.bus.subscribe(there)

    async def main():
        await emitting.bus.emit_async(AuthLogin(user_id=7))
        await working.all_done()

    play(main)
    assert (here.users, there.users) == ([], [7])
    emitting.database.close()
