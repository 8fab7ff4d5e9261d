"""A local backend: a database that is opened or rejected with a clear error, in-process fakes, and a clean exit."""

import asyncio
import gc

import pytest
from sqlmodel import select

from eventdemo.backend.demo.local import DatabaseError, local_backend, open_database, open_filled_database
from eventdemo.backend.events import AuthLogout
from eventdemo.backend.services import ServiceUnavailable
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import IntegrationDetails, User
from eventdemo.simulate.virtual_time import run
from mock_services import Company

COMPANY = Company(12)
ELSEWHERE = "http://127.0.0.1:1"


def rows(database, table):
    return run(database.read_with_session(lambda session: session.exec(select(table)).all()))


def test_a_backend_on_the_fakes_of_this_process_needs_no_network():
    async def scenario():
        async with local_backend(open_database("sqlite://", COMPANY), COMPANY) as backend:
            await backend.profile_sync.from_command_line(7)
            return (await backend.store.user(7)).full_name

    assert run(scenario()) == COMPANY.person(7).full_name


def test_at_the_end_running_listeners_are_awaited():
    ended = []

    async def scenario():
        async with local_backend(open_database("sqlite://", COMPANY), COMPANY) as backend:

            async def clean_up_slowly(event):
                await asyncio.sleep(60)
                ended.append(await backend.store.session_owner("gone"))

            backend.bus.on(AuthLogout, clean_up_slowly)
            await backend.auth.log_out_mobile(7, "session-of-user-7")
            assert ended == []

    run(scenario())

    assert ended == [None]


def test_running_listeners_are_awaited_even_after_an_error():
    ended = []

    async def scenario():
        async with local_backend(open_database("sqlite://", COMPANY), COMPANY) as backend:

            async def clean_up_slowly(event):
                await asyncio.sleep(60)
                ended.append(event)

            backend.bus.on(AuthLogout, clean_up_slowly)
            backend.bus.emit(AuthLogout(user_id=7))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(scenario())

    assert len(ended) == 1


def test_an_unregistered_event_name_is_rejected():
    async def scenario():
        async with local_backend(open_database("sqlite://", COMPANY), COMPANY) as backend:
            with pytest.raises(LookupError, match=r"did you mean 'auth\.logout'"):
                backend.bus.emit("auth.logoff", {"user_id": 7})

    run(scenario())


def test_services_without_a_server_are_unavailable():
    async def scenario():
        database = open_database("sqlite://", COMPANY, served_at=ELSEWHERE)
        async with local_backend(database, COMPANY, served_at=ELSEWHERE) as backend:
            with pytest.raises(ExceptionGroup) as failed:
                await backend.profile_sync.from_command_line(7)
            return failed.value.exceptions

    (reason,) = asyncio.run(scenario())
    assert isinstance(reason, ServiceUnavailable)
    assert str(reason).startswith("Oracle Fusion failed POST /oracle/oauth2/v1/token: no connection")


def test_an_empty_database_is_filled_with_the_company_and_a_filled_one_is_kept(tmp_path):
    url = f"sqlite:///{tmp_path / 'company.db'}"
    open_database(url, COMPANY).close()

    again = open_database(url, Company(99))

    assert len(rows(again, User)) == 12
    again.close()


def test_a_filled_database_gets_the_current_addresses_of_the_services(tmp_path):
    url = f"sqlite:///{tmp_path / 'company.db'}"
    open_database(url, COMPANY).close()

    again = open_database(url, COMPANY, served_at=ELSEWHERE)

    assert {row.base_url for row in rows(again, IntegrationDetails)} == {f"{ELSEWHERE}/oracle", f"{ELSEWHERE}/yardi"}
    again.close()


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")  # SQLAlchemy drops what is no database unclosed
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "Could not parse SQLAlchemy URL from given URL string"),
        ("sqlite:////no/such/folder/x.db", "unable to open database file"),
        ("oracle+made_up://somewhere", "Can't load plugin: sqlalchemy.dialects:oracle.made_up"),
        ("sqlite:///{here}", "unable to open database file"),
        ("sqlite:///{here}/text.db", "file is not a database"),
    ],
)
def test_the_error_for_a_database_that_cannot_be_opened_is_one_line(url, reason, tmp_path):
    (tmp_path / "text.db").write_text("These are the voyages of a text file. " * 100)
    url = url.replace("{here}", str(tmp_path))

    with pytest.raises(DatabaseError) as refused:
        open_database(url, COMPANY)

    assert str(refused.value) == f"The database {url!r} cannot be used: {reason}."
    del refused
    gc.collect()


def test_a_rejected_database_is_closed(tmp_path, monkeypatch):
    closed, close = [], Database.close
    monkeypatch.setattr(Database, "close", lambda database: (closed.append(database), close(database)))
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    Database(url).close()

    with pytest.raises(DatabaseError, match="it has no users"):
        open_filled_database(url)

    assert len(closed) == 2
