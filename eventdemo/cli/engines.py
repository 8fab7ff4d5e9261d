"""What commands share that work with a durable engine: checks of its options, and a look at its jobs."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, closing

from eventdemo.backend.demo.local import DatabaseError, local_backend, open_filled_database
from eventdemo.backend.storage.database import is_in_memory
from eventdemo.cli.errors import CommandError, usage_errors
from eventdemo.core.wording import plural
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.engine import Engine, EngineUnavailableError
from eventdemo.durable.registry import MissingExtraError, UnknownEngineError, engine_class
from eventdemo.durable.runtime import engine_for
from mock_services import Company


def engine_errors() -> AbstractContextManager[None]:
    return usage_errors(DatabaseError, EngineUnavailableError, MissingExtraError, UnknownEngineError)


def check_engine(engine: str, url: str) -> str:
    """Reject an unknown engine, and a URL for an engine without a server; return the name of its server."""
    with engine_errors():
        server = engine_class(engine).capabilities.server
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # it raises what it logs, and once is enough
    if url and not server:
        raise CommandError(f"The engine {engine} is in the database and has no server; omit --url.")
    return server


def check_shared(engine: str, url: str, database: str) -> None:
    """Reject an engine or a database that another process could not reach."""
    server = check_engine(engine, url)
    if is_in_memory(database):
        raise CommandError(
            "A database in memory ends with this process, and the accepted events with it. Use --database, for example "
            "sqlite:///eventdemo.db."
        )
    if server and not url:
        raise CommandError(f"The engine {engine} needs one {server} for all processes: give its address with --url.")


def orphan_warning(number: int, listener: str) -> str:
    return f"{plural(number, 'job waits', 'jobs wait')} for {listener}, which is not registered here. Was it renamed?"


@asynccontextmanager
async def opened_engine(name: str, url: str, prefix: str, database: str) -> AsyncIterator[tuple[DurableBus, Engine]]:
    """Open an engine without processing any job."""
    with closing(open_filled_database(database)) as opened:
        bus = durable_bus(opened)
        async with local_backend(opened, Company(1), bus=bus):
            engine = engine_for(bus, name, url, prefix=prefix)
            try:
                await engine.open()
                yield bus, engine
            finally:
                await engine.close()
