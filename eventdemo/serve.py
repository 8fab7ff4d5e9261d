"""Running the backend for real: the web app and both schedules, on an invented company and the mock services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from eventdemo.bus import EventBus
from eventdemo.database import IN_MEMORY, Database
from eventdemo.schedule import run_on_schedule
from eventdemo.seed import fill
from eventdemo.services import Fcm
from eventdemo.store import Store
from eventdemo.web import create_app
from eventdemo.wiring import FIREBASE_PROJECT, Backend, build
from mock_services import Company, FaultPlan, MockServices


def local_backend(company: Company, *, seed: int = 0, url: str = IN_MEMORY, served_at: str = "") -> Backend:
    """Build a backend on the mock services: in this process, or `served_at` an address by `python -m mock_services`."""
    database = Database(url)
    fill(database, company, served_at=served_at)
    if served_at:
        http = httpx.AsyncClient(trust_env=False)
        fcm = Fcm(http, FIREBASE_PROJECT, messaging_url=f"{served_at}/fcm", instance_id_url=f"{served_at}/iid")
        return build(EventBus(strict=True), Store(database), http, fcm=fcm)
    transport = MockServices(company, FaultPlan.realistic(), seed).transport()
    return build(EventBus(strict=True), Store(database), httpx.AsyncClient(transport=transport, trust_env=False))


def app_with_schedules(backend: Backend, zone: ZoneInfo) -> FastAPI:
    """Return the web app that also runs the poll and the weekly sync; at its end it waits for running listeners."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs = [
            asyncio.create_task(run_on_schedule(backend.poll.poll, backend.poll.cron, zone), name="poll"),
            asyncio.create_task(
                run_on_schedule(backend.weekly_sync.sync, backend.weekly_sync.cron, zone), name="weekly"
            ),
        ]
        try:
            yield
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await backend.bus.drain()

    return create_app(backend, lifespan)
