"""`eventdemo worker`: process the jobs that `eventdemo serve --engine` accepts."""

import asyncio
import signal
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from eventdemo.cli.errors import checked_address
from eventdemo.cli.options import PREFIX, Concurrency, Database, Engine, EngineUrl, Prefix, Services, Staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventdemo.durable import engine as engines
    from eventdemo.durable.bus import DurableBus
    from mock_services import Company

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
    from eventdemo.durable.runtime import engine_for
    from mock_services import Company

    check_shared(engine, url, database)
    company, served_at = Company(users), checked_address(services)
    policy = RetryPolicy(concurrency=concurrency)
    make_engine = partial(engine_for, name=engine, url=url, prefix=prefix, policy=policy)
    with database_errors(database):
        asyncio.run(_work(make_engine, database, company, served_at))


async def _work(
    make_engine: "Callable[[DurableBus], engines.Engine]", database: str, company: "Company", served_at: str
) -> None:
    """Process jobs until Ctrl-C or SIGTERM; unfinished ones are returned to the engine then."""
    from eventdemo.backend.demo.local import local_backend, open_filled_database
    from eventdemo.backend.demo.seed import connect
    from eventdemo.cli.engines import orphan_warning
    from eventdemo.durable.bus import durable_bus
    from eventdemo.durable.processed import ProcessedJobs
    from eventdemo.durable.runtime import runtime

    with closing(open_filled_database(database)) as opened:
        connect(opened, served_at=served_at)
        bus = durable_bus(opened)
        async with local_backend(opened, company, served_at=served_at, bus=bus) as backend:
            for listener, number in (await bus.outbox.orphans(bus.listener_names)).items():
                print(orphan_warning(number, listener))
            await ProcessedJobs(opened).forget(KEPT)
            engine = make_engine(bus)
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
