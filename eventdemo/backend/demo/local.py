"""A backend on the mock services, in real time: for `eventdemo serve` and `eventdemo sync-profile`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from eventdemo.backend.demo.seed import connect, fill
from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import FIREBASE_PROJECT, Backend, build, in_process_bus
from eventdemo.core.bus import EventBus
from mock_services import Company, FaultPlan, MockServices


class DatabaseError(Exception):
    """The database cannot be opened."""


@asynccontextmanager
async def local_backend(
    database: Database, company: Company, *, served_at: str = "", bus: EventBus | None = None
) -> AsyncIterator[Backend]:
    """Build a backend on the fakes in this process, or on those that are `served_at` an address.

    Without a `bus` listeners run in this process. At the end, those that still run are waited for, and the database is
    closed.
    """
    transport = None if served_at else MockServices(company, FaultPlan.realistic()).transport()
    async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
        fcm = None
        if served_at:
            fcm = Fcm(http, FIREBASE_PROJECT, messaging_url=f"{served_at}/fcm", instance_id_url=f"{served_at}/iid")
        backend = build(bus or in_process_bus(), Store(database), http, fcm=fcm)
        try:
            yield backend
        finally:
            await backend.bus.drain()
            database.close()


def open_database(url: str, company: Company, *, served_at: str = "") -> Database:
    """Open a database: an empty one is filled with the company, a filled one only learns where the services are."""
    with _told(url), _closed_if_unfit(Database(url)) as database:
        if database.has_rows(User):
            connect(database, served_at=served_at)
        else:
            fill(database, company, served_at=served_at)
        return database


def open_known_database(url: str) -> Database:
    """Open a database that somebody else has filled: what is done on it would make no sense on an empty one."""
    with _told(url):
        parts = make_url(url)
        if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
            raise ValueError("there is no such file; `eventdemo serve --database` makes it")
    with _told(url), _closed_if_unfit(Database(url)) as database:
        if not database.has_rows(User):
            raise ValueError("nobody is in it; `eventdemo serve --database` fills it")
        return database


@contextmanager
def _closed_if_unfit(database: Database) -> Iterator[Database]:
    with ExitStack() as stack:
        stack.callback(database.close)
        yield database
        stack.pop_all()


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ImportError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
        raise DatabaseError(f"The database {url!r} cannot be opened: {reason}.") from error
