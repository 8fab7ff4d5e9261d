"""The commands for durable engines: options in, one call. `working.py` does the work, `graduating.py` compares."""

from typing import Annotated

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.cli.options import (
    PREFIX,
    Concurrency,
    Database,
    Engine,
    EngineUrl,
    Json,
    Prefix,
    Scenario,
    Seed,
    Services,
    Staff,
    Users,
)

dead_letters = typer.Typer(help="Look at jobs that were given up, and retry them.")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(graduate)
    app.command()(worker)
    app.add_typer(dead_letters, name="dead-letters", no_args_is_help=True)


def graduate(
    name: Scenario = "fan-out",
    engine: Engine = "outbox",
    url: EngineUrl = "",
    users: Users = None,
    seed: Seed = 7,
    concurrency: Concurrency = 1,
    json: Json = False,  # noqa: FBT002 - a flag is how a command line says it
) -> None:
    """Run a scenario in process and behind a durable engine.

    Behind the outbox in virtual time; behind an engine with a server in real time, on an embedded server or the one at
    --url. Exit code 0: every job was done.
    """
    from eventdemo.cli.graduate import print_graduation

    code = print_graduation(name, engine, url, users=users, seed=seed, concurrency=concurrency, as_json=json)
    raise typer.Exit(code)


def worker(
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    services: Services = "",
    users: Staff = 50,
    concurrency: Concurrency = 1,
) -> None:
    """Do what `eventdemo serve --engine` accepts.

    Start as many as you like, on the database that is served. A job that its listener fails is tried three times.
    """
    from eventdemo.cli.worker import work

    work(engine, url, prefix, database=database, services=services, users=users, concurrency=concurrency)


@dead_letters.command("list")
def list_dead_letters(
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    json: Json = False,  # noqa: FBT002 - a flag is how a command line says it
) -> None:
    """List the jobs that were given up, and why."""
    from eventdemo.cli.worker import print_dead_letters

    print_dead_letters(engine, url, prefix, database=database, as_json=json)


@dead_letters.command("retry")
def retry_dead_letters(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Which; `list` shows the ids.")] = None,
    engine: Engine = "outbox",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
    database: Database = "sqlite:///eventdemo.db",
    all_: Annotated[bool, typer.Option("--all", help="All of them.")] = False,  # noqa: FBT002
) -> None:
    """Have dead letters tried again, with all their attempts."""
    from eventdemo.cli.worker import retry

    if all_ == bool(ids):
        raise CommandError("Say which: ids from `eventdemo dead-letters list`, or --all.")
    retry(engine, url, prefix, ids or [], database=database)
