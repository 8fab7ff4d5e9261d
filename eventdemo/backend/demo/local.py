"""A backend on the mock services, in real time: for `eventdemo serve` and `eventdemo sync-profile`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from eventdemo.backend.demo.seed import connect, fill
from eventdemo.backend.services import Fcm
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import Backend, build, in_process_bus
from eventdemo.core.bus import EventBus
from mock_services import Company, FaultPlan, MockServices


class DatabaseError(Exception):
    """The database cannot be used."""


@asynccontextmanager
async def local_backend(
    database: Database, company: Company, *, served_at: str = "", bus: EventBus | None = None
) -> AsyncIterator[Backend]:
    """Build a backend on the fakes in this process, or on those `served_at` an address.

    Without a `bus`, listeners run in this process. At the end, wait for running listeners and close the database.
    """
    transport = None if served_at else MockServices(company, FaultPlan.realistic()).transport()
    async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
        fcm = None
        if served_at:
            fcm = Fcm(http, messaging_url=f"{served_at}/fcm", instance_id_url=f"{served_at}/iid")
        backend = build(bus or in_process_bus(), Store(database), http, fcm=fcm)
        try:
            yield backend
        finally:
            await backend.bus.drain()
            database.close()


def open_database(url: str, company: Company, *, served_at: str = "") -> Database:
    """Open a database. Fill it with the company if it is empty; else update the services' addresses only."""
    with database_errors(url, ImportError, ValueError), _closed_on_error(Database(url)) as database:
        if database.has_rows(User):
            connect(database, served_at=served_at)
        else:
            fill(database, company, served_at=served_at, with_sessions=False)
        return database


def open_filled_database(url: str) -> Database:
    """Open a database that `eventdemo serve` has filled; raise `DatabaseError` if it is empty or does not exist."""
    with database_errors(url, ImportError, ValueError):
        parts = make_url(url)
        if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
            raise ValueError("the file does not exist; create it with `eventdemo serve --database`")
        with _closed_on_error(Database(url)) as database:
            if not database.has_rows(User):
                raise ValueError("it has no users; fill it with `eventdemo serve --database`")
            return database


@contextmanager
def _closed_on_error(database: Database) -> Iterator[Database]:
    with ExitStack() as stack:
        stack.callback(database.close)
        yield database
        stack.pop_all()


@contextmanager
def database_errors(url: str, *kinds: type[Exception]) -> Iterator[None]:
    """Raise `DatabaseError` with one sentence instead of an error of SQLAlchemy, or of one of these kinds."""
    expected: tuple[type[Exception], ...] = (SQLAlchemyError, *kinds)
    try:
        yield
    except expected as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
        raise DatabaseError(f"The database {url!r} cannot be used: {reason}.") from error
