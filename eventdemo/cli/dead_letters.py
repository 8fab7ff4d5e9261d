"""`eventdemo dead-letters`: list the jobs whose every attempt failed, and retry them."""

import asyncio
import json as json_module
from typing import TYPE_CHECKING, Annotated

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.cli.options import PREFIX, Database, Engine, EngineUrl, Json, Prefix
from eventdemo.core.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventdemo.durable.jobs import DeadLetter

app = typer.Typer(help="List or retry jobs that have failed.")


@app.command("list")
def list_dead_letters(
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    json: Json = False,
) -> None:
    """List the dead letters, and why each job failed."""
    from eventdemo.cli.engines import opened_engine, orphan_warning

    async def read() -> "tuple[Sequence[DeadLetter], dict[str, int]]":
        async with opened_engine(engine, url, prefix, database) as (bus, opened):
            return await opened.dead_letters(), await bus.outbox.orphans(bus.listener_names)

    letters, orphans = asyncio.run(read())
    if json:
        print(json_module.dumps([letter.model_dump(mode="json") for letter in letters], indent=2))
        return
    for letter in letters:
        job, tried = letter.job, plural(letter.attempts, "attempt")
        print(f"{job.id}\n    {job.event} of {job.payload.get('time', 'an unknown time')}, {tried}: {letter.reason}")
    print(f"{plural(len(letters), 'dead letter')}.")
    for listener, number in orphans.items():
        print(orphan_warning(number, listener))


@app.command("retry")
def retry_dead_letters(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of dead letters, from `list`.")] = None,
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    all_: Annotated[bool, typer.Option("--all", help="Retry all of them.")] = False,
) -> None:
    """Put dead letters back into the queue, with all their attempts."""
    from eventdemo.cli.engines import opened_engine

    if all_ == bool(ids):
        raise CommandError("Name the jobs, by ids from `eventdemo dead-letters list`, or use --all.")
    named = set(ids or ())

    async def put_back() -> tuple[int, set[str]]:
        async with opened_engine(engine, url, prefix, database) as (_, opened):
            known = {letter.job.id for letter in await opened.dead_letters()}
            return await opened.retry([id_ for id_ in ids or known if id_ in known]), named - known

    number, unknown = asyncio.run(put_back())
    retried = plural(number, "job is retried", "jobs are retried")
    if unknown:
        raise CommandError(f"{retried}. There is no dead letter {', '.join(sorted(unknown))}.")
    print(f"{retried}.")
