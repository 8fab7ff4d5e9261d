"""What a program's own SQLite databases share between its tasks, and the tables and rows that a statement names.

SQLite itself reports to an authorizer what each statement does, so triggers, raw SQL and every library are covered. It
lets one connection write at a time, and a commit waits for everything that reads. So two statements depend on each
other unless both only read, whichever rows they name. Tables and rows are for the report.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any, ClassVar

from sqlalchemy import Engine, Pool, event

from eventdemo.explore.experiment import access
from eventdemo.explore.observed import POOLS
from eventdemo.explore.statements import rows_named
from eventdemo.explore.steps import ANYTHING
from eventdemo.simulate.sqlite_locks import Statements, sqlite_never_blocks

DATABASE = "(SQLite)"
"""A statement that only looks reads this; any other one writes it, and so does the end of a transaction."""
LOOKING = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_FUNCTION}
CHANGING = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_TRANSACTION}
LOCAL_PRAGMAS = {
    *("busy_timeout", "cache_size", "foreign_keys", "synchronous", "temp_store"),
    *("foreign_key_list", "index_info", "index_list", "table_info", "table_list", "table_xinfo"),
}
"""Those that change only the connection, and those that only look at the tables."""
CALLING_PYTHON = (
    *("create_aggregate", "create_collation", "create_function", "create_window_function"),
    *("enable_load_extension", "set_authorizer", "set_progress_handler", "set_trace_callback"),
)
"""Methods that let a statement call code of the program."""


class Authorizer:
    """Records what the statements of one connection access."""

    numbers: ClassVar = count(1)
    is_used: ClassVar = False
    """Whether a program of your own is explored right now."""

    def __init__(self) -> None:
        self._number = next(self.numbers)
        self.rows: dict[str, str] = {}
        """The rows that the current statement names, by table: `stock 'book'`."""
        self._written: set[str] = set()
        """What the open transaction has changed."""
        self.calls_python = False

    def __call__(self, action: int, first: str | None, *_: str | None) -> int:
        """Record one thing that a statement does, before it runs; this is how SQLite calls an authorizer."""
        Statements.done += 1
        access(f"(connection {self._number} of SQLite)")  # two tasks may use one connection
        if self.calls_python or not (action in {*LOOKING, *CHANGING} or first in LOCAL_PRAGMAS):
            access(ANYTHING)
            return sqlite3.SQLITE_OK
        access(DATABASE, write=action in CHANGING)
        if action == sqlite3.SQLITE_TRANSACTION:
            self._end(committed=first == "COMMIT")
        elif first and action != sqlite3.SQLITE_PRAGMA:
            self._name(first, write=action in CHANGING)
        return sqlite3.SQLITE_OK

    def _end(self, *, committed: bool) -> None:
        """Record the writes of a transaction once more, because only its commit shows them to others."""
        for words in self._written if committed else ():
            access(words)
        self._written.clear()

    def _name(self, table: str, *, write: bool) -> None:
        if not table.startswith("sqlite_"):
            access(words := self.rows.get(table, f"the {table} table"), write=write)
            self._written.update([words] if write else ())


class ObservedConnection(sqlite3.Connection):
    """A connection that records what its statements access."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.authorizer = Authorizer()
        super().set_authorizer(self.authorizer)


def _calling_python(name: str) -> Callable[..., Any]:
    def method(self: ObservedConnection, *args: Any, **options: Any) -> Any:
        given = [each for each in (*args, *options.values()) if callable(each)]
        if not all(each.__module__.startswith(("sqlalchemy.", "math")) for each in given):
            self.authorizer.calls_python = True
        return getattr(sqlite3.Connection, name)(self, *args, **options)

    return method


for _name in CALLING_PYTHON:
    setattr(ObservedConnection, _name, _calling_python(_name))


@contextmanager
def sqlite_observed() -> Iterator[None]:
    """Observe the connections that are opened inside the block; none of them waits for a lock."""
    Authorizer.numbers = count(1)  # a connection has the same number in each schedule that opens it at the same point
    _listen()
    before, Authorizer.is_used = Authorizer.is_used, True
    try:
        with sqlite_never_blocks(ObservedConnection):
            yield
    finally:
        Authorizer.is_used = before


@cache
def _listen() -> None:
    """Listen to all engines from now on, because to begin and end it takes as long as a short schedule."""
    event.listen(Engine, "before_cursor_execute", _name_rows)
    event.listen(Pool, "checkout", _use_pool)
    event.listen(Pool, "checkin", _use_pool)


def _use_pool(*_: Any) -> None:
    if Authorizer.is_used:
        access(POOLS)


def _name_rows(connection: Any, _cursor: Any, _text: str, _parameters: Any, context: Any, many: bool) -> None:  # noqa: FBT001
    """Note which rows a statement of SQLAlchemy names, before SQLite is given it."""
    if not Authorizer.is_used:
        return
    driver = connection.connection.driver_connection
    driver = getattr(driver, "_connection", driver)  # aiosqlite's
    if isinstance(driver, ObservedConnection):
        given = () if many or context.compiled is None else context.compiled_parameters[:1]
        driver.authorizer.rows = rows_named(context.compiled, *given) if given else {}
