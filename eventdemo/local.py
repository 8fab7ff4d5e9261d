"""A backend on the mock services, in real time: for `eventdemo serve` and `eventdemo sync-profile`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from sqlalchemy.exc import SQLAlchemyError

from eventdemo.bus import EventBus
from eventdemo.database import Database
from eventdemo.model import User
from eventdemo.seed import connect, fill
from eventdemo.services import Fcm
from eventdemo.store import Store
from eventdemo.wiring import FIREBASE_PROJECT, Backend, build
from mock_services import Company, FaultPlan, MockServices


class DatabaseError(Exception):
    """The database cannot be opened."""


@asynccontextmanager
async def local_backend(database: Database, company: Company, *, served_at: str = "") -> AsyncIterator[Backend]:
    """Build a backend on the fakes in this process, or on those that are `served_at` an address.

    At the end, listeners that still run are waited for, and the database is closed.
    """
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


def open_database(url: str, company: Company, *, served_at: str = "") -> Database:
    """Open a database: an empty one is filled with the company, a filled one only learns where the services are."""
    try:
        database = Database(url)
        prepare = connect if database.holds(User) else fill
        prepare(database, company, served_at=served_at)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
        raise DatabaseError(f"The database {url!r} cannot be opened: {reason}.") from error
    return database
