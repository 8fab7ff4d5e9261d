"""A database that is locked or gone: a conflict is tried again, everything else is one kind of error, and a 503."""

import asyncio
import gc
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, nullcontext
from threading import Barrier, Event

import httpx
import pytest
from sqlalchemy import text, update
from sqlalchemy.event import listen

from eventdemo.backend.storage.database import ATTEMPTS, Database
from eventdemo.backend.storage.dialects import MAX_WAIT, DatabaseUnavailableError, TransactionConflictError
from eventdemo.backend.storage.model import HrApproval, LoginSession
from eventdemo.backend.storage.store import Store
from eventdemo.backend.web.app import create_app
from tests.backend.storage.sessions import add_session, count, row

IMPATIENT = {
    "sqlite": "PRAGMA busy_timeout = 10",
    "postgresql": "SET lock_timeout = '10ms'",
    "mysql": "SET SESSION innodb_lock_wait_timeout = 0",
}
END_CONNECTIONS = {
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
    "mysql": "KILL CONNECTION_ID()",
}


def impatient(database):
    """Let a database wait for locks for a moment only."""

    def set_up(connection, _):
        connection.cursor().execute(IMPATIENT[database.engine.dialect.name])
        connection.commit()

    listen(database.engine, "connect", set_up)
    database.engine.dispose()
    return database


@pytest.fixture(params=["file", "postgresql", "mariadb"])
def url(request):
    if request.param == "file":
        return request.getfixturevalue("file_url")
    return request.getfixturevalue("url_on")(request.param)


@pytest.fixture(params=["postgresql", "mariadb"])
def on_server(request, database_on):
    return database_on(request.param)


@pytest.fixture
def locked(url):
    """A database in which another process has inserted the session `a` and not committed it."""
    with (
        closing(impatient(Database(url))) as database,
        closing(Database(url)) as other,
        other.engine.begin() as connection,
    ):
        add_session("a")(connection)
        yield database


def test_a_lock_that_another_process_holds_for_too_long_is_one_kind_of_error(locked):
    with pytest.raises(DatabaseUnavailableError, match="Another process has locked the database: try again later"):
        asyncio.run(locked.write(add_session("a")))


def requests_that_write_to(database, requests=1):
    """Send requests to an app that writes in a unit of work, one after another, and return the answers."""
    app = create_app(external_key="")

    @app.post("/sessions")
    async def add():
        async with database.unit():
            await database.write(add_session("a"))

    async def main():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as web:
            return [await web.post("/sessions") for _ in range(requests)]

    return asyncio.run(main())


def test_a_locked_database_is_a_503_that_says_when_to_come_back(locked):
    (response,) = requests_that_write_to(locked)

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json() == {"detail": "Another process has locked the database: try again later."}


def test_without_a_free_connection_there_is_a_503_that_sends_each_client_back_at_another_time(file_url, monkeypatch):
    monkeypatch.setattr("eventdemo.backend.storage.database.MAX_WAIT", 0.01)
    with closing(Database(file_url)) as database, ExitStack() as taken:
        for _ in range(5 + 10):  # what SQLAlchemy's pool keeps, and how many more it opens
            taken.enter_context(database.engine.connect())

        responses = requests_that_write_to(database, requests=6)

    sentence = "All connections of this process to the database are in use: try again later."
    assert {(each.status_code, each.json()["detail"]) for each in responses} == {(503, sentence)}
    assert [each.headers["retry-after"] for each in responses] == ["1", "2", "3", "4", "5", "1"]


def attempts_on(database):
    """Return a list that grows with each statement that needs a lock."""
    tried = []

    def keep(connection, cursor, statement, *_):
        if statement.startswith(("INSERT", "BEGIN")):
            tried.append(statement)

    listen(database.engine, "before_cursor_execute", keep)
    return tried


@pytest.mark.parametrize("in_a_unit", [True, False])
def test_writers_that_wait_behind_a_locked_database_wait_no_longer_than_the_first(locked, in_a_unit):
    tried = attempts_on(locked)

    async def write(digest):
        async with locked.unit() if in_a_unit else nullcontext():
            await locked.write(add_session(digest))

    async def main():
        return await asyncio.gather(*map(write, "aaab"), return_exceptions=True)

    outcomes = asyncio.run(main())
    kinds = [type(outcome) for outcome in outcomes]
    if locked.engine.dialect.name == "sqlite":
        assert (kinds, len(tried)) == ([DatabaseUnavailableError] * 4, 1)
        assert all(outcome.for_all for outcome in outcomes)  # or else a worker would count an attempt of their jobs
    else:  # only the row is locked, so the others try
        assert (kinds, len(tried)) == ([DatabaseUnavailableError] * 3 + [type(None)], 4)


def test_the_next_writer_after_a_locked_database_tries_again(locked):
    async def main():
        for _ in range(2):
            with pytest.raises(DatabaseUnavailableError):
                await locked.write(add_session("a"))

    tried = attempts_on(locked)
    asyncio.run(main())
    assert len(tried) == 2


def test_a_writer_that_is_cancelled_while_it_waits_for_a_lock_leaves_no_unread_error(locked, caplog):
    async def main():
        writing = asyncio.create_task(locked.write(add_session("a")))
        await asyncio.sleep(0)
        while not tried:  # noqa: ASYNC110 - a thread appends to it
            await asyncio.sleep(0.001)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing

    tried = attempts_on(locked)
    asyncio.run(main())
    gc.collect()
    assert caplog.text == ""


def test_two_transactions_that_wait_for_each_other_both_succeed(on_server):
    on_server.load((LoginSession, [row(digest) | {"user_id": 0} for digest in "ab"]))
    both_hold_a_lock, one_has_succeeded = Barrier(2), Event()

    def move(first, second, owner):
        attempts = []

        def work(connection):
            attempts.append(1)
            if len(attempts) > 1:  # rolled back, and run again alone
                one_has_succeeded.wait(20)
            for token in (first, second):
                statement = update(LoginSession).where(LoginSession.token_digest == token)
                connection.execute(statement.values(user_id=LoginSession.user_id + owner))
                if token == first and len(attempts) == 1:
                    both_hold_a_lock.wait(20)

        on_server.transact(work)
        one_has_succeeded.set()
        return len(attempts)

    with ThreadPoolExecutor() as threads:
        attempts = list(threads.map(move, "ab", "ba", (1, 10)))

    rows = on_server.transact(lambda c: c.execute(text("SELECT user_id FROM loginsession")).scalars().all())
    assert rows == [11, 11]
    assert sorted(attempts) == [1, 2]


def test_a_transaction_that_conflicts_every_time_is_tried_three_times(database_on):
    tried = []

    def work(connection):
        tried.append(1)
        connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$")

    with pytest.raises(TransactionConflictError, match="The transaction conflicted with another one: try again"):
        database_on("postgresql").transact(work)

    assert len(tried) == ATTEMPTS == 3


def test_what_is_written_again_after_a_conflict_is_stored(database_file):
    conflicts = [TransactionConflictError("The transaction conflicted with another one.", ValueError())]
    listen(database_file.engine, "commit", lambda _: conflicts and fail_with(conflicts.pop()))
    store = Store(database_file)

    async def main():
        line = HrApproval.model_validate(dict.fromkeys(HrApproval.model_fields, "7") | {"id": None, "user_id": 7})
        return await store.add_approval(line), await store.approvals(HrApproval)

    added, lines = asyncio.run(main())
    assert (added, len(lines), conflicts) == (True, 1, [])


def fail_with(error):
    raise error


def test_after_a_lost_connection_the_next_transaction_gets_a_new_one(on_server):
    def lose(connection):
        connection.exec_driver_sql(END_CONNECTIONS[on_server.engine.dialect.name])
        connection.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseUnavailableError, match="The database cannot be reached: try again later"):
        on_server.transact(lose)

    assert on_server.transact(count) == 0


def test_a_unit_of_work_whose_connection_is_lost_raises_the_same_error_and_blocks_no_other(on_server):
    async def change():
        async with on_server.unit():
            await on_server.write(add_session("a"))
            await on_server.write(lambda c: c.exec_driver_sql(END_CONNECTIONS[on_server.engine.dialect.name]))
            await on_server.write(add_session("b"))

    async def main():
        with pytest.raises(DatabaseUnavailableError):
            await change()
        await on_server.write(add_session("c"))
        return await on_server.read(count)

    assert asyncio.run(asyncio.wait_for(main(), 20)) == 1


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "mysql+pymysql"])
def test_a_server_that_does_not_answer_is_the_same_error(scheme):
    with socket.socket() as nothing_listens:
        nothing_listens.bind(("127.0.0.1", 0))
        with pytest.raises(DatabaseUnavailableError, match="cannot be reached"):
            Database(f"{scheme}://root@127.0.0.1:{nothing_listens.getsockname()[1]}/test")


@pytest.mark.parametrize(("scheme", "driver"), [("postgresql+psycopg", "psycopg"), ("mysql+pymysql", "pymysql")])
def test_a_silent_server_is_given_up_after_as_long_as_a_lock(scheme, driver, monkeypatch):
    limits = []

    def connect(*_, connect_timeout=None, **__):
        limits.append(connect_timeout)
        raise OSError("no line")

    monkeypatch.setattr(f"{driver}.connect", connect)
    for url in (f"{scheme}://root@127.0.0.1/test", f"{scheme}://root@127.0.0.1/test?connect_timeout=30"):
        with pytest.raises(OSError, match="no line"):
            Database(url)

    assert [float(limit) for limit in limits] == [MAX_WAIT, 30.0]


def test_an_error_that_no_later_attempt_can_mend_is_not_called_unavailable(database):
    with pytest.raises(Exception, match="no_such_table") as raised:
        database.transact(lambda c: c.exec_driver_sql("SELECT 1 FROM no_such_table"))

    assert not isinstance(raised.value, DatabaseUnavailableError)
