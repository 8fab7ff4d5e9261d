"""What commands share that work with a durable engine: checks of its options, and a look at its jobs."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

from eventdemo.backend.demo.local import database_errors, local_backend, open_filled_database
from eventdemo.backend.storage.dialects import is_in_memory
from eventdemo.cli.errors import CommandError
from eventdemo.core.wording import plural
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.engine import Engine
from eventdemo.durable.registry import engine_class
from eventdemo.durable.runtime import engine_for
from mock_services import Company

ADDRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "bullmq": ("redis://127.0.0.1:6379", ("redis", "rediss", "unix")),
    "nats": ("nats://127.0.0.1:4222", ("nats", "tls")),
    "rabbitmq": ("amqp://guest:guest@127.0.0.1:5672/", ("amqp", "amqps")),
    "kafka": ("127.0.0.1:9092", ("",)),
}
"""For each engine with a server, an address and its schemes. Kafka's have none, and may be several, after commas."""


def check_engine(engine: str, url: str) -> str:
    """Reject an unknown engine, and a URL that is not one of its server; return the name of the server."""
    server = engine_class(engine).capabilities.server
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # it raises what it logs, and once is enough
    if url and not server:
        raise CommandError(f"The engine {engine} is in the database and has no server; omit --url.")
    example, schemes = ADDRESSES.get(engine, ("", ()))
    if url and not all(_is_address(each, schemes) for each in url.split(",")):
        raise CommandError(f"{url!r} is no address of {server}: give one such as {example}.")
    return server


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    """Return whether a URL has one of these schemes, and a host or the path of a socket."""
    try:
        parts = urlsplit(url if schemes != ("",) else f"//{url}")
        usable = parts.scheme in schemes and (parts.port or 1) and (parts.hostname or parts.scheme == "unix")
    except ValueError:  # the port is no number, or a bracket is missing
        return False
    return bool(usable) and url.isascii() and url.isprintable() and " " not in url


def check_shared(engine: str, url: str, database: str) -> None:
    """Reject an engine or a database that another process could not reach."""
    server = check_engine(engine, url)
    with database_errors(database, ValueError):
        in_memory = is_in_memory(database)
    if in_memory:
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
    """Open an engine that other processes share, without processing any job."""
    check_shared(name, url, database)
    # A row that is no job raises a ValueError.
    with database_errors(database, ValueError), closing(open_filled_database(database)) as opened:
        bus = durable_bus(opened)
        async with local_backend(opened, Company(1), bus=bus):
            engine = engine_for(bus, name, url, prefix=prefix)
            try:
                await engine.open()
                yield bus, engine
            finally:
                await engine.close()
