"""The other end of `serve --engine`: doing what was accepted, and looking after what was given up."""

import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import timedelta
from functools import partial

from eventdemo.backend.demo.local import DatabaseError, local_backend, open_filled_database
from eventdemo.backend.demo.seed import connect
from eventdemo.backend.storage.database import is_in_memory
from eventdemo.cli.errors import CommandError, checked_address
from eventdemo.core.runner import leaf_exceptions
from eventdemo.core.wording import plural
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.engine import Engine, EngineUnavailableError
from eventdemo.durable.jobs import DeadLetter, RetryPolicy
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.registry import MissingExtraError, UnknownEngineError, engine_class
from eventdemo.durable.runtime import engine_for, runtime
from mock_services import Company

KEPT = timedelta(days=30)
"""For how long the key of a job is known after its end. Whatever is delivered again comes within minutes or hours."""


def check_shared(engine: str, url: str, database: str) -> None:
    """Refuse an engine or a database that another process could not reach."""
    server = check_known(engine, url)
    if is_in_memory(database):
        raise CommandError(
            "In memory, what is accepted would go with this process: give --database, such as sqlite:///eventdemo.db."
        )
    if server and not url:
        raise CommandError(f"The engine {engine} needs {server}, the same for all processes: give its --url.")


def check_known(engine: str, url: str) -> str:
    """Refuse an engine that there is not, or that has no server to have an address; return what its server is."""
    with told():
        server = engine_class(engine).capabilities.server
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # what it logs is raised too, and told once
    if url and not server:
        raise CommandError(f"The engine {engine} is in the database and has no server: leave --url away.")
    return server


_LACKING = (DatabaseError, EngineUnavailableError, MissingExtraError, UnknownEngineError)


@contextmanager
def told() -> Iterator[None]:
    """Say in one sentence what an engine or a database lacks."""
    try:
        yield
    except Exception as error:
        known = leaf_exceptions(error)
        if not all(isinstance(reason, _LACKING) for reason in known):
            raise
        raise CommandError(" ".join(dict.fromkeys(map(str, known)))) from error


def work(engine: str, url: str, prefix: str, *, database: str, services: str, users: int, concurrency: int = 1) -> None:
    """Do jobs until Ctrl-C or SIGTERM; those under way are given back then."""
    check_shared(engine, url, database)
    company, served_at = Company(users), checked_address(services)
    policy = RetryPolicy(concurrency=concurrency)
    with told():
        asyncio.run(
            _work(partial(engine_for, name=engine, url=url, prefix=prefix, policy=policy), database, company, served_at)
        )


async def _work(make: Callable[[DurableBus], Engine], database: str, company: Company, served_at: str) -> None:
    with closing(open_filled_database(database)) as opened:
        connect(opened, served_at=served_at)
        bus = durable_bus(opened)
        async with local_backend(opened, company, served_at=served_at, bus=bus) as backend:
            for listener, count in (await bus.outbox.orphans(bus.listener_names)).items():
                print(_orphaned(count, listener))
            await ProcessedJobs(opened).forget(KEPT)
            engine = make(bus)
            async with runtime(bus, engine, with_worker=True, caches=backend.caches):
                # Whoever started us through a pipe waits for it.
                print(f"Working on {engine.name} until Ctrl-C.", flush=True)
                await _told_to_stop()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: there, Ctrl-C interrupts the loop
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def print_dead_letters(engine: str, url: str, prefix: str, *, database: str, as_json: bool) -> None:
    """Print the jobs that were given up, with the reason."""

    async def ask() -> tuple[Sequence[DeadLetter], dict[str, int]]:
        async with _looking_at(engine, url, prefix, database) as (bus, opened):
            return await opened.dead_letters(), await bus.outbox.orphans(bus.listener_names)

    check_shared(engine, url, database)
    with told():
        letters, orphans = asyncio.run(ask())
    if as_json:
        print(json.dumps([letter.model_dump(mode="json") for letter in letters], indent=2))
        return
    for letter in letters:
        job, tried = letter.job, plural(letter.attempts, "attempt")
        print(f"{job.id}\n    {job.event} of {job.payload['time']}, {tried}: {letter.reason}")
    print(f"{plural(len(letters), 'dead letter')}.")
    for listener, count in orphans.items():
        print(_orphaned(count, listener))


def retry(engine: str, url: str, prefix: str, ids: Sequence[str], *, database: str) -> None:
    """Have dead letters tried again: these, or all if none are named."""

    async def again() -> tuple[int, set[str]]:
        async with _looking_at(engine, url, prefix, database) as (_, opened):
            known = {letter.job.id for letter in await opened.dead_letters()}
            return await opened.retry([id_ for id_ in ids or known if id_ in known]), set(ids) - known

    check_shared(engine, url, database)
    with told():
        found, unknown = asyncio.run(again())
    if unknown:
        raise CommandError(f"{_retried(found)}, but these are no dead letters: {', '.join(sorted(unknown))}.")
    print(f"{_retried(found)}.")


def _retried(number: int) -> str:
    return plural(number, "is tried again", "are tried again")


def _orphaned(number: int, listener: str) -> str:
    return f"{plural(number, 'job waits', 'jobs wait')} for {listener}, which nobody here is: was it renamed?"


@asynccontextmanager
async def _looking_at(name: str, url: str, prefix: str, database: str) -> AsyncIterator[tuple[DurableBus, Engine]]:
    """Open an engine without doing any work."""
    with closing(open_filled_database(database)) as opened:
        bus = durable_bus(opened)
        async with local_backend(opened, Company(1), bus=bus):
            engine = engine_for(bus, name, url, prefix=prefix)
            try:
                await engine.open()
                yield bus, engine
            finally:
                await engine.close()
