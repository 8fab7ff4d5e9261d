"""Running the backend for real: the web app and both schedules, on an invented company and the mock services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import FastAPI

from eventdemo.cli.problems import CommandError
from eventdemo.database import IN_MEMORY
from eventdemo.local import local_backend
from eventdemo.schedule import run_on_schedule
from eventdemo.web import create_app
from eventdemo.wiring import Backend
from mock_services import Company
from mock_services.listening import CannotServeError, serve_until_interrupted


def served_app(company: Company, zone: ZoneInfo, *, url: str = IN_MEMORY, served_at: str = "") -> FastAPI:
    """Return the web app of a local backend; while it runs, so do the poll and the weekly sync."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with local_backend(company, url=url, served_at=served_at) as backend, schedules(backend, zone):
            app.state.backend = backend
            yield

    return create_app(lifespan=lifespan)


@asynccontextmanager
async def schedules(backend: Backend, zone: ZoneInfo) -> AsyncIterator[None]:
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


def serve(host: str, port: int, *, users: int, zone: str, database: str = IN_MEMORY, services: str = "") -> None:
    """Serve on an address until Ctrl-C."""
    try:
        app = served_app(Company(users), ZoneInfo(zone), url=database, served_at=services)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"There is no time zone {zone!r}: use a name such as Asia/Dubai.") from error
    try:
        serve_until_interrupted(app, host, port, announce=_announce)
    except CannotServeError as error:
        raise CommandError(str(error)) from error


def _announce(url: str) -> None:
    print(f"Serving {url}docs until Ctrl-C.", flush=True)  # whoever started us through a pipe waits for the port
