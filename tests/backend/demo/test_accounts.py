"""The accounts of the demo: random passwords that are returned once, and no way in without them."""

import pytest
from sqlmodel import select

from eventdemo.backend.demo.accounts import create_accounts
from eventdemo.backend.demo.local import open_database
from eventdemo.backend.storage.model import Credential, LoginSession
from eventdemo.backend.web.passwords import HASHER
from mock_services import Company


@pytest.fixture
def database():
    database = open_database("sqlite://", Company(5))
    yield database
    database.close()


def rows(database, table):
    return database.transact(lambda connection: connection.execute(select(table)).all())


def test_an_admin_and_two_users_get_a_random_password_each(database):
    accounts = create_accounts(database)

    assert [account.role for account in accounts] == ["admin", "user", "user"]
    assert len({account.password for account in accounts}) == 3
    for account, credential in zip(accounts, rows(database, Credential), strict=True):
        assert credential.role == account.role
        assert HASHER.verify(credential.password_hash, account.password)


def test_accounts_are_created_once(database):
    create_accounts(database)
    before = rows(database, Credential)

    assert create_accounts(database) == []
    assert rows(database, Credential) == before


def test_a_company_may_have_fewer_users_than_there_are_accounts():
    database = open_database("sqlite://", Company(1))

    assert [account.role for account in create_accounts(database)] == ["admin"]
    database.close()


def test_a_database_that_is_served_has_no_sessions_to_guess(database):
    assert rows(database, LoginSession) == []
