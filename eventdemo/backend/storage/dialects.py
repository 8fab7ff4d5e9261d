"""What SQLite, PostgreSQL and MariaDB do differently, so that `Database` behaves the same on each of them.

MySQL gets what MariaDB gets, but was not tried.
"""

from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa

IN_MEMORY = "sqlite://"
MAX_WAIT = 5.0
"""Seconds that a transaction waits for a connection; for a lock, `ON_CONNECT` says the same."""
TIMED_DRIVERS = {"psycopg", "psycopg2", "pymysql", "mysqldb"}
"""Those that have an option `connect_timeout`; by default, some wait for a silent server for minutes."""

ON_CONNECT = {
    "sqlite": (
        "PRAGMA journal_mode = WAL",  # readers and writers wait less, and a commit is on disk sooner
        "PRAGMA synchronous = FULL",  # a commit that returned survives a power cut too
    ),
    "postgresql": ("SET lock_timeout = '5s'",),  # as SQLite's driver; the default is to wait forever
    "mysql": (
        "SET SESSION innodb_lock_wait_timeout = 5",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",  # as PostgreSQL; locks fewer rows than the default
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",  # never shortens the id of a job
    ),
}
ON_CONNECT["mariadb"] = ON_CONNECT["mysql"]
MYSQL = {"mysql", "mariadb"}

CONFLICTS: set[object] = {"40001", "40P01", 1020, 1213}
"""Deadlocks and serialization failures: PostgreSQL's SQLSTATE, the error number of MariaDB."""
LOCKED: set[object] = {"55P03", 1205, "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
UNREACHABLE: set[object] = {"53300", "57P01", "57P02", "57P03", 1040, 1053, 2006, 2013}
"""The server accepts no more connections, or is shutting down or starting."""


class DatabaseUnavailableError(sa.exc.SQLAlchemyError):
    """The database cannot run a transaction now, but may do so later."""

    def __init__(self, sentence: str, cause: BaseException, *, for_all: bool = False) -> None:
        super().__init__(sentence)
        self.orig = cause
        self.for_all = for_all
        """Whether every transaction would wait as long and then fail, because not only some rows are locked."""


class TransactionConflictError(DatabaseUnavailableError):
    """The database rolled a transaction back because it conflicts with another one; it may succeed when repeated."""


def replace_error(context: sa.ExceptionContext) -> None:
    """Raise a `DatabaseUnavailableError` in place of the driver's error if a later attempt may succeed."""
    cause = context.original_exception
    named = [getattr(cause, "sqlstate", None), getattr(cause, "sqlite_errorname", None)]
    codes = {*named, *(number for number in cause.args[:1] if isinstance(number, int))}
    if codes & CONFLICTS:
        raise TransactionConflictError("The transaction conflicted with another one: try again.", cause) from cause
    if codes & LOCKED:
        sentence, all_of_it = "Another process has locked the database: try again later.", "SQLITE_BUSY" in codes
        raise DatabaseUnavailableError(sentence, cause, for_all=all_of_it) from cause
    no_connection = context.connection is None and context.dialect.name != "sqlite"
    if codes & UNREACHABLE or context.is_disconnect or no_connection:
        sentence = "The database cannot be reached: try again later."
        raise DatabaseUnavailableError(sentence, cause, for_all=no_connection) from cause


def is_in_memory(url: str) -> bool:
    """Return whether a URL names SQLite's database in memory, which has several spellings."""
    parts = sa.make_url(url)
    return parts.get_backend_name() == "sqlite" and (parts.database or ":memory:") == ":memory:"


_COMPILED: dict[Any, Any] = {}


@cache
def _in_memory() -> sa.Engine:
    return sa.create_engine(IN_MEMORY, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})


def in_one_connection() -> sa.Engine:
    """Return a new database in memory: all of it lives in one connection, which every thread may use.

    All of them share a dialect, so that SQLAlchemy compiles each statement once and not once for each database.
    """
    first = _in_memory()
    return sa.Engine(first.pool.recreate(), first.dialect, first.url, execution_options={"compiled_cache": _COMPILED})


def connect(engine: sa.Engine) -> sa.Connection:
    """Take a connection from the pool, and raise our error if none is returned to it within `MAX_WAIT`."""
    try:
        return engine.connect()
    except sa.exc.TimeoutError as error:
        sentence = "All connections of this process to the database are in use: try again later."
        raise DatabaseUnavailableError(sentence, error) from error


def set_up_connections(engine: sa.Engine) -> None:
    """Run the statements of `ON_CONNECT` on each new connection, and let errors that may pass be raised as ours."""

    def set_up(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for statement in ON_CONNECT.get(engine.dialect.name, ()):
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    def limit_wait(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
        if engine.dialect.driver in TIMED_DRIVERS:
            options.setdefault("connect_timeout", round(MAX_WAIT))

    sa.event.listen(engine, "do_connect", limit_wait)
    sa.event.listen(engine, "connect", set_up)
    sa.event.listen(engine, "handle_error", replace_error)


def create_tables(engine: sa.Engine, tables: sa.MetaData) -> None:
    """Create the tables that do not exist yet; another process may be creating them at the same time."""
    if engine.dialect.name in MYSQL:  # elsewhere, the option would import this dialect for nothing
        for table in tables.tables.values():  # so that it distinguishes upper and lower case, as the others do
            table.dialect_kwargs.update(mysql_collate="utf8mb4_bin", mariadb_collate="utf8mb4_bin")
    for attempts_left in range(len(tables.tables), -1, -1):
        try:
            tables.create_all(engine)
            break
        except sa.exc.DBAPIError as error:
            if not attempts_left or error.statement is None:  # without a statement, it could not connect
                raise


def continue_after_greatest_id(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL generate ids that are greater than those that were inserted."""
    if connection.dialect.name == "postgresql" and (column := table.autoincrement_column) is not None:
        name = connection.dialect.identifier_preparer.format_table(table)
        sequence = sa.func.pg_get_serial_sequence(name, column.name)
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.max(column))))


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A date and time, stored in UTC, because most databases drop the time zone."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[datetime]:
        """Return the type for a database: MySQL's own stores whole seconds by default."""
        if dialect.name not in MYSQL:
            return super().load_dialect_impl(dialect)
        mysql = import_module("sqlalchemy.dialects.mysql")  # which the engine of such a database has imported
        return dialect.type_descriptor(mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)
