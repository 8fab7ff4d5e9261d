"""Rows of one table, to write and to count."""

from sqlalchemy import func, insert, select

from eventdemo.backend.storage.model import LoginSession


def add_session(token):
    return lambda c: c.execute(insert(LoginSession), {"token": token, "user_id": 7})


def count(connection):
    return connection.execute(select(func.count()).select_from(LoginSession)).scalar()
