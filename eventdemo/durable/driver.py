"""The outbox in a transaction of your own, on a connection of a driver, such as `sqlite3.Connection`.

A driver doesn't report when its transaction ends. So a job is inserted as soon as it is emitted, and your commit or
rollback decides about it, as about any row that you have inserted.
"""

from inspect import iscoroutinefunction
from typing import Any, Protocol, cast

from sqlalchemy import Engine, StaticPool

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.unit_of_work import AfterEnd, UnitOfWork, Work


class DriverConnection(Protocol):
    """What every driver's connection has."""

    def cursor(self) -> Any: ...
    def commit(self) -> Any: ...
    def rollback(self) -> Any: ...


class Borrowed:
    """A connection whose owner ends its transactions: SQLAlchemy can neither commit, roll back nor close it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.commit = self.rollback = self.close = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class DriverTransaction(UnitOfWork):
    """A unit of work whose transaction is that of a connection of a driver."""

    def __init__(self, database: Database, connection: object) -> None:
        super().__init__(database, joins=False)
        borrowed = cast("Any", Borrowed(connection))
        known = database.engine
        self._engine = Engine(StaticPool(lambda: borrowed), known.dialect, known.url)

    def before_commit(self, work: Work, after_end: AfterEnd = lambda _: None) -> None:
        """Run `work` now; then call `after_end(None)`, because the end of the transaction will not be known."""
        committed: bool | None = False
        try:
            with self._engine.connect() as connection:
                work(connection)
            committed = None
        finally:
            after_end(committed)


def is_of_driver(database: Database, given: object) -> bool:
    """Return whether this is a connection, and not an async one, of the driver that the database uses."""
    driver = database.engine.dialect.loaded_dbapi.__name__.partition(".")[0]
    modules = {cls.__module__.partition(".")[0] for cls in type(given).__mro__}
    return driver in modules and hasattr(given, "cursor") and not iscoroutinefunction(getattr(given, "commit", None))
