"""`eventdemo worker`: process the jobs that `eventdemo serve --engine` accepts."""

import asyncio
import signal
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any

from eventdemo.cli.errors import checked_address
from eventdemo.cli.options import PREFIX, Concurrency, Database, Engine, EngineUrl, Prefix, Services, Staff

KEPT = timedelta(days=30)
"""How long the inbox keeps the key of a finished job. A redelivery comes within minutes or hours."""


def worker(
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    services: Services = "",
    users: Staff = 50,
    concurrency: Concurrency = 1,
) -> None:
    """Process the jobs of `serve --engine`.

    Start as many workers as you like, on the database that is served. A job whose listener fails is tried three times.
    """
    from eventdemo.backend.demo.local import database_errors
    from eventdemo.cli.engines import check_shared
    from eventdemo.durable.jobs import RetryPolicy

    check_shared(engine, url, database)
    options = {"name": engine, "url": url, "prefix": prefix, "policy": RetryPolicy(concurrency=concurrency)}
    with database_errors(database):
        asyncio.run(_work(options, database, users, checked_address(services)))


async def _work(engine_options: dict[str, Any], database: str, users: int, served_at: str) -> None:
    """Process jobs until Ctrl-C or SIGTERM; unfinished ones are returned to the engine then."""
    from eventdemo.backend.demo.local import local_backend, open_filled_database
    from eventdemo.backend.demo.seed import connect
    from eventdemo.cli.engines import orphan_warning
    from eventdemo.durable.bus import durable_bus
    from eventdemo.durable.processed import ProcessedJobs
    from eventdemo.durable.runtime import engine_for, runtime
    from mock_services import Company

    with closing(open_filled_database(database)) as opened:
        connect(opened, served_at=served_at)
        bus = durable_bus(opened)
        async with local_backend(opened, Company(users), served_at=served_at, bus=bus) as backend:
            for listener, number in (await bus.outbox.orphans(bus.listener_names)).items():
                print(orphan_warning(number, listener))
            await ProcessedJobs(opened).forget(KEPT)
            engine = engine_for(bus, **engine_options)
            async with runtime(bus, engine, with_worker=True, caches=backend.caches):
                stop = _stop_signal()
                # A parent process that reads our output through a pipe waits for this line, and may send a signal.
                print(f"Working on {engine.name} until Ctrl-C.", flush=True)
                await stop.wait()


def _stop_signal() -> asyncio.Event:
    """Return an event that Ctrl-C or SIGTERM sets from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: there, Ctrl-C interrupts the loop
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
