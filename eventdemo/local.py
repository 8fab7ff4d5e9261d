"""A backend on the mock services, in real time: for `eventdemo serve` and `eventdemo sync-profile`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from sqlalchemy.exc import SQLAlchemyError

from eventdemo.bus import EventBus
from eventdemo.database import IN_MEMORY, Database
from eventdemo.model import User
from eventdemo.seed import fill
from eventdemo.services import Fcm
from eventdemo.store import Store
from eventdemo.wiring import FIREBASE_PROJECT, Backend, build
from mock_services import Company, FaultPlan, MockServices


class DatabaseError(Exception):
    """The database cannot be opened."""


@asynccontextmanager
async def local_backend(company: Company, *, url: str = IN_MEMORY, served_at: str = "") -> AsyncIterator[Backend]:
    """Build a backend on the fakes in this process, or on those that are `served_at` an address; close it at the end.

    A database that is empty is filled with the company first. At the end, listeners that still run are waited for.
    """
    database = open_database(url, company, served_at)
    transport = None if served_at else MockServices(company, FaultPlan.realistic()).transport()
    async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
        fcm = None
        if served_at:
            fcm = Fcm(http, FIREBASE_PROJECT, messaging_url=f"{served_at}/fcm", instance_id_url=f"{served_at}/iid")
        backend = build(EventBus(strict=True), Store(database), http, fcm=fcm)
        try:
            yield backend
        finally:
            await backend.bus.drain()
            database.close()


def open_database(url: str, company: Company, served_at: str) -> Database:
    """Open a database, and fill it if it is empty."""
    try:
        database = Database(url)
        if not database.holds(User):
            fill(database, company, served_at=served_at)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise DatabaseError(f"The database {url!r} cannot be opened: {reason}.") from error
    return database
