"""Rows of one table, to write and to count."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from eventdemo.backend.storage.model import LoginSession


def row(digest):
    return {"token_digest": digest, "user_id": 7, "expires": datetime(2026, 1, 2, tzinfo=UTC)}


def add_session(digest):
    return lambda c: c.execute(insert(LoginSession), row(digest))


def count(connection):
    return connection.execute(select(func.count()).select_from(LoginSession)).scalar()
