"""SQLite's locks in virtual time: what finds the database locked waits until another connection has done something.

By itself, SQLite would block the thread for some seconds. But here the thread that waits also runs the rest of the
program, so the lock could never be released meanwhile.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from eventdemo.simulate.replaced import Replaced

PARAMETERS = ("timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri")


class LockedError(Exception):
    """The database is locked, and the connection may wait."""


class Statements:
    """Counts what connections have done, because any of it may have released the lock that another one waits for."""

    done = 0


class Patience:
    """Decides whether a connection waits for a lock. If it reads in a transaction, waiting might be a deadlock."""

    def __init__(self) -> None:
        self._reads_in_a_transaction = False

    def call(self, function: Callable[[], Any]) -> Any:
        """Call a function of aiosqlite; raise `LockedError` if SQLite would wait."""
        connection = _connection_of(function)
        had_begun = _in_transaction(connection)
        try:
            result = function()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY and (
                _is_commit(function) or not self._reads_in_a_transaction
            ):
                raise LockedError from error
            raise
        self._reads_in_a_transaction = had_begun and _in_transaction(connection)
        return result


def _connection_of(function: Any) -> sqlite3.Connection | None:
    owner = getattr(getattr(function, "func", function), "__self__", None)
    owner = getattr(owner, "_connection", owner)  # aiosqlite's own methods
    found = owner.connection if isinstance(owner, sqlite3.Cursor) else owner
    return found if isinstance(found, sqlite3.Connection) else None


def _in_transaction(connection: sqlite3.Connection | None) -> bool:
    try:
        return connection is not None and connection.in_transaction
    except sqlite3.ProgrammingError:  # it is closed
        return False


def _is_commit(function: Any) -> bool:
    text = str((getattr(function, "args", ()) or ("",))[0])
    return getattr(getattr(function, "func", function), "__name__", "") == "commit" or text.upper().startswith("COMMIT")


@contextmanager
def sqlite_never_blocks(kind: type[sqlite3.Connection] = sqlite3.Connection) -> Iterator[None]:
    """Let each connection that is opened meanwhile fail at once if the database is locked, and be of this kind.

    A factory of the program's own keeps its methods.
    """
    connect = sqlite3.connect

    def connect_without_waiting(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        given = dict(zip(PARAMETERS, args, strict=False)) | options
        own = given.get("factory", sqlite3.Connection)
        factory = kind if issubclass(kind, own) else type(own.__name__, (kind, own), {})
        made: sqlite3.Connection = connect(
            database, **given | {"timeout": 0, "cached_statements": 0, "factory": factory}
        )
        made.execute("PRAGMA synchronous = OFF").close()  # what a run stores need not survive a power cut
        return made

    with (
        Replaced(sqlite3, "connect", connect_without_waiting),
        Replaced(sqlite3.dbapi2, "connect", connect_without_waiting),
    ):
        yield
