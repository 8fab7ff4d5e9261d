"""`eventdemo serve`: the backend over HTTP."""

from contextlib import closing
from typing import Annotated

import typer

from eventdemo.cli.errors import CommandError, checked_address, usage_errors
from eventdemo.cli.options import PREFIX, Database, Engine, EngineUrl, Prefix, Services, Staff

SHUTDOWN_SECONDS = 10
"""An approval makes two calls of at most five seconds; cut off between them, it may lack its audit line."""


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 picks a free one.")] = 8000,
    users: Staff = 50,
    zone: Annotated[str, typer.Option(metavar="NAME", help="Time zone of the two cron schedules.")] = "UTC",
    database: Database = "sqlite://",
    services: Services = "",
    engine: Engine = "",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
) -> None:
    """Serve the backend over HTTP, on the mock services.

    Its two scheduled jobs run too: the poll every five minutes, the profile sync on Fridays at six. OpenAPI is at
    /docs. With an engine, this process only accepts events, and `eventdemo worker` processes them.
    """
    try:
        from eventdemo.cli.served_app import served_app, time_zone
    except ModuleNotFoundError as error:
        raise CommandError(f"Serving needs {error.name}: pip install 'eventdemo[web]'.") from error
    from eventdemo.backend.demo.local import DatabaseError, open_database
    from eventdemo.cli.engines import check_shared
    from mock_services import Company
    from mock_services.server import CannotServeError, serve_until_interrupted

    company, chosen_zone, served_at = Company(users), time_zone(zone), checked_address(services)
    if engine:
        check_shared(engine, url, database)
    with (
        usage_errors(DatabaseError, CannotServeError),
        closing(open_database(database, company, served_at=served_at)) as opened,
    ):
        app = served_app(opened, company, chosen_zone, served_at=served_at, engine=engine, url=url, prefix=prefix)
        serve_until_interrupted(app, host, port, announce=_announce, grace=SHUTDOWN_SECONDS)


def _announce(url: str) -> None:
    print(f"Serving {url}docs until Ctrl-C.", flush=True)  # a parent process may wait for the port behind a pipe
