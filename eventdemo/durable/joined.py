"""The outbox in a transaction of your own: its jobs are committed or rolled back with what you wrote.

A job is inserted on your connection, right before your commit. So it never waits for your locks, and a rollback removes
it too, even one to a savepoint. The events of SQLAlchemy say when your transaction ends.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.unit_of_work import UnitOfWork, activate
from eventdemo.core.bus import EventBus
from eventdemo.durable.driver import DriverConnection, DriverTransaction, is_of_driver

if TYPE_CHECKING:  # at run time it needs greenlet, which SQLAlchemy does not install by itself
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

Transactional: TypeAlias = "Session | AsyncSession | Connection | AsyncConnection | DriverConnection"


class JoinedTransaction(UnitOfWork, ABC):
    """A unit of work whose transaction is yours. It takes work again after each commit or rollback.

    References to your session or connection are weak, so that one which is dropped in the middle of a transaction can
    be collected.
    """

    events: ClassVar[tuple[str, ...]]
    """Those of SQLAlchemy that this listens to."""

    def __init__(self, database: object, transactional: Session | Connection) -> None:
        super().__init__(database, joins=False)
        self._transactional: ref[Any] = ref(transactional)
        for name in self.events:
            event.listen(transactional, name, getattr(self, f"on_{name}"))

    @abstractmethod
    def savepoint(self) -> object: ...

    def roll_back_to(self, savepoint: object) -> None:
        kept = [step for step in self._steps if step.savepoint != savepoint]
        self._steps = [step for step in self._steps if step.savepoint == savepoint]
        self.end(committed=False)
        self._steps = kept

    def release(self, savepoint: object, outer: object) -> None:
        """Let what was emitted after a savepoint belong to the outer one."""
        for step in self._steps:
            if step.savepoint == savepoint:
                step.savepoint = outer


_joined: WeakKeyDictionary[Session | Connection, JoinedTransaction] = WeakKeyDictionary()


def join(database: Database, transactional: object) -> UnitOfWork:
    """Return the unit of work of a session or a connection."""
    for name in ("sync_session", "sync_connection"):  # of an AsyncSession, of an AsyncConnection
        transactional = getattr(transactional, name, transactional)
    if is_of_driver(database, transactional):
        return DriverTransaction(database, transactional)
    if not isinstance(transactional, Session | Connection):
        kind = f"{type(transactional).__module__}.{type(transactional).__name__}".removeprefix("builtins.")
        raise TypeError(
            f"within() takes a Session or a Connection of SQLAlchemy, async or not, or a connection of "
            f"{database.engine.dialect.driver}, the outbox's own driver, and not a {kind}."
        )
    if (unit := _joined.get(transactional)) is None or unit.database is not database:
        joined = JoinedSession if isinstance(transactional, Session) else JoinedConnection
        unit = _joined[transactional] = joined(database, transactional)
    return unit


class JoinedSession(JoinedTransaction):
    """The transactions of a session. Its `nested` ones are the savepoints."""

    events = ("before_commit", "after_commit", "after_transaction_end")
    _committed = False

    def savepoint(self) -> object:
        session = self._transactional()
        innermost = None if session is None else session.get_nested_transaction()
        return None if innermost is None else ref(innermost)

    def on_before_commit(self, session: Session) -> None:
        if not (self.is_empty or session.in_nested_transaction()):
            self.run_before_commit(session.connection())

    def on_after_commit(self, _: Session) -> None:
        self._committed = True  # the transaction or savepoint that ends next

    def on_after_transaction_end(self, _: Session, ended: SessionTransaction) -> None:
        committed, outer = self._committed, ended.parent
        if not ended.nested and outer is not None:
            return  # a part of a flush
        self._committed = False
        if outer is None:
            self.end(committed=committed)
        elif committed:
            self.release(ref(ended), ref(outer) if outer.nested else None)
        else:
            self.roll_back_to(ref(ended))


class JoinedConnection(JoinedTransaction):
    """The transactions of a connection. Its events name a savepoint, whose object holds the name."""

    events = ("commit", "rollback", "rollback_savepoint", "release_savepoint")

    def savepoint(self) -> object:
        connection = self._transactional()
        if connection is not None and not connection.in_transaction():
            connection.begin()  # a commit without a transaction does nothing, and the event may be all that there is
        return next(iter(_savepoints(connection)), None)

    def on_commit(self, connection: Connection) -> None:
        self.run_before_commit(connection)
        self.end(committed=True)

    def on_rollback(self, _: Connection) -> None:
        self.end(committed=False)

    def on_rollback_savepoint(self, connection: Connection, name: str, _: None) -> None:
        inside = _savepoints(connection)
        for savepoint in inside[: inside.index(name) + 1]:
            self.roll_back_to(savepoint)

    def on_release_savepoint(self, connection: Connection, name: str, _: None) -> None:
        outer = _savepoints(connection)[1:]
        self.release(name, outer[0] if outer else None)


def _savepoints(connection: Any) -> list[str]:
    """Return the names of the open savepoints, the innermost first."""
    nested = None if connection is None else connection.get_nested_transaction()
    names = []
    while nested is not None:
        names.append(nested._savepoint)  # noqa: SLF001 - SQLAlchemy has no public name for it
        nested = nested._previous_nested  # noqa: SLF001 - likewise
    return names


class Joined:
    """A bus that emits in a transaction of yours: `bus.within(session)`.

    Call its `emit` and `emit_async`. Or use it as a context manager: then `bus.emit` of all that runs inside the block
    belongs to the transaction too.
    """

    def __init__(self, bus: EventBus, unit: UnitOfWork) -> None:
        self._bus = bus
        self._unit = unit
        self._blocks: list[Any] = []

    def emit(self, event: Any, *args: Any, **kwargs: Any) -> bool:
        with activate(self._unit):
            return self._bus.emit(event, *args, **kwargs)

    async def emit_async(self, event: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """As `emit`: the event is accepted with your commit, so there is no result."""
        with activate(self._unit):
            return await self._bus.emit_async(event, *args, **kwargs)

    def __enter__(self) -> Self:
        self._blocks.append(activate(self._unit))
        self._blocks[-1].__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._blocks.pop().__exit__(*error)
