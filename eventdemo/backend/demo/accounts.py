"""The demo's accounts: an admin and two users, whose passwords are random, printed once, and stored as hashes."""

import secrets
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import col, select

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import ADMIN, USER, Credential
from eventdemo.backend.storage.model import User as StoredUser
from eventdemo.backend.web.passwords import HASHER

ROLES = (ADMIN, USER, USER)


class DemoAccount(NamedTuple):
    username: str
    role: str
    password: str


def create_accounts(database: Database) -> list[DemoAccount]:
    """Give the first users a password each and return the accounts; none if a user has one, or there is no user."""
    if database.has_rows(Credential) or not database.has_rows(StoredUser):
        return []
    first = select(StoredUser.id, StoredUser.username).order_by(col(StoredUser.id)).limit(len(ROLES))
    users = database.transact(lambda connection: connection.execute(first).all())
    named = zip(users, ROLES, strict=False)
    accounts = [DemoAccount(name, role, secrets.token_urlsafe(12)) for (_, name), role in named]
    rows = [
        {"user_id": user[0], "password_hash": HASHER.hash(account.password), "role": account.role}
        for user, account in zip(users, accounts, strict=True)
    ]
    database.transact(lambda connection: connection.execute(insert(Credential), rows))
    return accounts
