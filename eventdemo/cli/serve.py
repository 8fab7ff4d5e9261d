"""Running the backend for real: the web app and both schedules, on an invented company and the mock services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import FastAPI

from eventdemo.backend.demo.local import DatabaseError, local_backend, open_database
from eventdemo.backend.schedule import run_on_schedule
from eventdemo.backend.storage.database import IN_MEMORY, Database
from eventdemo.backend.web import create_app
from eventdemo.backend.wiring import Backend, in_process_bus
from eventdemo.cli.errors import CommandError, checked_address
from eventdemo.cli.worker import check_shared
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.runtime import PREFIX, engine_for, runtime
from mock_services import Company
from mock_services.server import CannotServeError, serve_until_interrupted

PATIENCE = 10
"""Seconds to end in: an approval makes two calls of at most five, and one that is cut off may lack its audit line."""


def served_app(
    database: Database,
    company: Company,
    zone: tzinfo,
    *,
    served_at: str = "",
    engine: str = "",
    url: str = "",
    prefix: str = PREFIX,
) -> FastAPI:
    """Return the web app of a local backend; while it runs, so do the poll and the weekly sync."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        bus = durable_bus(database) if engine else in_process_bus()
        async with (
            local_backend(database, company, served_at=served_at, bus=bus) as backend,
            _relaying(backend, engine, url, prefix),
            schedules(backend, zone),
        ):
            app.state.backend = backend
            yield

    return create_app(lifespan=lifespan)


def _relaying(backend: Backend, engine: str, url: str, prefix: str) -> AbstractAsyncContextManager[None]:
    """Bring what is accepted to the engine, if there is one."""
    bus = backend.bus
    if not isinstance(bus, DurableBus):
        return nullcontext()
    return runtime(bus, engine_for(bus, engine, url, prefix=prefix), with_worker=False, caches=backend.caches)


@asynccontextmanager
async def schedules(backend: Backend, zone: tzinfo) -> AsyncIterator[None]:
    """Run both jobs at their moments, read in `zone`, until the block ends."""
    jobs = [
        asyncio.create_task(run_on_schedule(backend.poll.poll, backend.poll.cron, zone), name="poll"),
        asyncio.create_task(
            run_on_schedule(backend.weekly_sync.sync, backend.weekly_sync.cron, zone), name="weekly sync"
        ),
    ]
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


def serve(
    host: str,
    port: int,
    *,
    users: int,
    zone: str,
    database: str = IN_MEMORY,
    services: str = "",
    engine: str = "",
    url: str = "",
    prefix: str = PREFIX,
) -> None:
    """Serve on an address until Ctrl-C; with an engine, only accept events."""
    company, chosen_zone, served_at = Company(users), time_zone(zone), checked_address(services)
    if engine:
        check_shared(engine, url, database)
    try:
        with closing(open_database(database, company, served_at=served_at)) as opened:
            app = served_app(opened, company, chosen_zone, served_at=served_at, engine=engine, url=url, prefix=prefix)
            serve_until_interrupted(app, host, port, announce=_announce, grace=PATIENCE)
    except (DatabaseError, CannotServeError) as error:
        raise CommandError(str(error)) from error


def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name; UTC is known even where no database of time zones is installed."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder, such as America
        raise CommandError(f"There is no time zone {name!r}: use a name such as Asia/Dubai.") from error


def _announce(url: str) -> None:
    print(f"Serving {url}docs until Ctrl-C.", flush=True)  # whoever started us through a pipe waits for the port
