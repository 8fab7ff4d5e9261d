"""The web app of a local backend, with both cron schedules, on an invented company and the mock services."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import FastAPI

from eventdemo.backend.demo.local import local_backend
from eventdemo.backend.schedule import run_on_schedule
from eventdemo.backend.storage.database import Database
from eventdemo.backend.web.app import LOCAL_HOSTS, create_app
from eventdemo.backend.wiring import Backend, in_process_bus
from eventdemo.cli.errors import CommandError
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.runtime import PREFIX, engine_for, runtime
from mock_services import Company


def served_app(
    database: Database,
    company: Company,
    zone: tzinfo,
    *,
    host: str = "",
    served_at: str = "",
    engine: str = "",
    url: str = "",
    prefix: str = PREFIX,
) -> FastAPI:
    """Return the web app of a local backend; the poll and the weekly sync run while it runs.

    Requests may name localhost or the `host`.
    """

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

    return create_app(lifespan=lifespan, external_key=secrets.token_urlsafe(24), hosts=[*LOCAL_HOSTS, host])


def _relaying(backend: Backend, engine: str, url: str, prefix: str) -> AbstractAsyncContextManager[None]:
    bus = backend.bus
    if not isinstance(bus, DurableBus):
        return nullcontext()
    return runtime(bus, engine_for(bus, engine, url, prefix=prefix), with_worker=False, caches=backend.caches)


@asynccontextmanager
async def schedules(backend: Backend, zone: tzinfo) -> AsyncIterator[None]:
    """Run both jobs at their scheduled times in `zone`, until the block ends."""
    poll, sync = backend.poll, backend.weekly_sync
    jobs = [
        asyncio.create_task(run_on_schedule(poll.poll, poll.cron, zone), name="poll"),
        asyncio.create_task(run_on_schedule(sync.sync, sync.cron, zone), name="weekly sync"),
    ]
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name; UTC is known even where no database of time zones is installed."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder, such as America
        raise CommandError(f"There is no time zone {name!r}: use a name such as Asia/Dubai.") from error
