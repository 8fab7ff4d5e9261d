"""A seeded database has an invented company whose users are all logged in, on all their devices."""

import asyncio

import pytest
from sqlmodel import select

from eventdemo.backend.demo.seed import connect, fill, session_token
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import (
    HrApproval,
    IntegrationDetails,
    LeasingApproval,
    LoginSession,
    Notification,
    ProcurementApproval,
    User,
)
from eventdemo.backend.storage.store import Store
from eventdemo.simulate.virtual_time import run
from mock_services import ORGANISATIONS, Company

COMPANY = Company(40)
NUMBERS = range(1, 41)
HERE = "http://127.0.0.1:8800"


@pytest.fixture
def database():
    database = Database()
    fill(database, COMPANY)
    yield database
    database.close()


@pytest.fixture
def store(database):
    return Store(database)


def rows(database, table):
    return run(database.read_with_session(lambda session: session.exec(select(table)).all()))


def test_all_people_are_stored_under_their_numbers(database):
    users = rows(database, User)

    assert [user.id for user in users] == list(NUMBERS)
    for user in users:
        person = COMPANY.person(user.id)
        assert (user.username, user.user_type, user.organisation_id) == (
            person.username,
            person.user_type,
            person.organisation_id,
        )
        assert (user.is_active, user.is_deleted) == (True, False)


def test_a_profile_is_empty_until_the_first_sync(database):
    assert {(user.full_name, user.job_title, user.line_manager) for user in rows(database, User)} == {("", "", None)}
    assert {(user.last_synced, user.last_checked) for user in rows(database, User)} == {(None, None)}


def test_all_users_are_logged_in(store):
    for n in NUMBERS:
        assert run(store.session_owner(session_token(n))) == n


def test_all_users_are_logged_in_on_all_their_devices(store):
    for n in NUMBERS:
        assert run(store.device_tokens(n, logged_in=True)) == [device.token for device in COMPANY.devices(n)]


@pytest.mark.parametrize("table", [Notification, ProcurementApproval, HrApproval, LeasingApproval])
def test_there_are_no_notifications_and_no_approvals_yet(database, table):
    assert rows(database, table) == []


def test_every_organisation_has_both_systems(database):
    assert {(row.organisation_id, row.system) for row in rows(database, IntegrationDetails)} == {
        (organisation.id, system) for organisation in ORGANISATIONS for system in ("oracle-fusion", "yardi")
    }


def test_the_systems_can_have_another_address():
    database = Database()
    fill(database, COMPANY, served_at=HERE)

    assert {row.base_url for row in rows(database, IntegrationDetails)} == {f"{HERE}/oracle", f"{HERE}/yardi"}
    database.close()


def test_connecting_changes_the_addresses_of_the_systems_only(database, store):
    run(store.save_line_manager(7, "the.boss"))
    before = rows(database, User), rows(database, LoginSession)

    connect(database, served_at=HERE)

    assert {row.base_url for row in rows(database, IntegrationDetails)} == {f"{HERE}/oracle", f"{HERE}/yardi"}
    assert (rows(database, User), rows(database, LoginSession)) == before


def test_the_same_company_gives_the_same_rows(database):
    other = Database()
    fill(other, COMPANY)

    assert rows(other, User) == rows(database, User)
    other.close()


def test_a_company_can_be_stored_in_a_file(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'company.db'}")
    fill(database, COMPANY)

    assert asyncio.run(Store(database).session_owner(session_token(40))) == 40
    database.close()
