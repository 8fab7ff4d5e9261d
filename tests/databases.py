"""The kinds of database that tests run on: SQLite, and PostgreSQL and MariaDB where they answer on this machine.

A test process has one database of its own on each server, which is emptied before each test and dropped at the end.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

SERVERS = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    "mariadb": "mysql+pymysql://root@127.0.0.1:3306/",
}
CREATE = {"postgresql": "CREATE SCHEMA {}", "mariadb": "CREATE DATABASE {}"}
DROP = {"postgresql": "DROP SCHEMA {} CASCADE", "mariadb": "DROP DATABASE {}"}
USE = {"postgresql": "SET search_path TO {}", "mariadb": "USE {}"}
OWN = {"postgresql": "?options=-csearch_path%3D{}", "mariadb": "{}"}


@cache
def without_server(kind: str) -> str | None:
    """Return why tests cannot run on a server, if it does not let them in."""
    engine = create_engine(SERVERS[kind], connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except DBAPIError:
        return f"there is no {kind} at {engine.url.host}:{engine.url.port} that lets {engine.url.username} in"
    finally:
        engine.dispose()
    return None


@contextmanager
def own_database(kind: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Create a schema or a database, yield its URL and a function that empties it, and drop it."""
    name = f"eventdemo_test_{uuid4().hex[:12]}"
    engine = create_engine(SERVERS[kind], isolation_level="AUTOCOMMIT")
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        connection.exec_driver_sql(CREATE[kind].format(name))
        stack.callback(lambda: connection.exec_driver_sql(DROP[kind].format(name)))
        connection.exec_driver_sql(USE[kind].format(name))
        yield SERVERS[kind] + OWN[kind].format(name), lambda: empty(connection, name)


@contextmanager
def servers() -> Iterator[Callable[[str], str]]:
    """Yield a function that returns the URL of the empty database of this process on a server."""
    with ExitStack() as stack:
        databases: dict[str, tuple[str, Callable[[], None]]] = {}

        def url_on(kind: str) -> str:
            if reason := without_server(kind):
                pytest.skip(reason)
            if kind not in databases:
                databases[kind] = stack.enter_context(own_database(kind))
            url, empty_it = databases[kind]
            empty_it()
            return url

        yield url_on


def empty(connection: Connection, name: str) -> None:
    """Delete the rows of all tables of a schema or database."""
    quote = connection.dialect.identifier_preparer.quote
    tables = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}'"
    for table in connection.exec_driver_sql(tables).scalars().all():
        connection.exec_driver_sql(f"DELETE FROM {quote(table)}")
