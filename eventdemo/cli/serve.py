"""`eventdemo serve`: the backend over HTTP."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from eventdemo.cli.errors import CommandError, checked_address
from eventdemo.cli.options import PREFIX, Database, Engine, EngineUrl, Prefix, Services, Staff

if TYPE_CHECKING:
    from eventdemo.backend.demo.accounts import DemoAccount

SHUTDOWN_SECONDS = 10
"""An approval makes two calls of at most five seconds; cut off between them, it may lack its audit line."""


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; requests name it or localhost.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 picks a free one.")] = 8000,
    users: Staff = 50,
    zone: Annotated[str, typer.Option(metavar="NAME", help="Time zone of the two cron schedules.")] = "UTC",
    database: Database = "sqlite://",
    services: Services = "",
    engine: Engine = "",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
) -> None:
    """Serve the backend over HTTP.

    It calls the mock services. The first lines name three users with random passwords, and the key of other
    systems. Two scheduled jobs run too: the poll every five minutes, the profile sync on Fridays at six. OpenAPI is
    at /docs. With an engine, this process only accepts events, and `eventdemo worker` processes them.
    """
    try:
        from eventdemo.backend.demo.accounts import create_accounts
        from eventdemo.cli.served_app import served_app, time_zone
    except ModuleNotFoundError as error:
        raise CommandError(f"Serving needs {error.name}: pip install 'eventdemo[web]'.") from error
    from eventdemo.backend.demo.local import open_database
    from eventdemo.cli.engines import check_shared
    from mock_services import Company
    from mock_services.server import serve_until_interrupted

    company, tz, served_at = Company(users), time_zone(zone), checked_address(services)
    if engine:
        check_shared(engine, url, database)
    with closing(open_database(database, company, served_at=served_at)) as opened:
        app = served_app(opened, company, tz, host=host, served_at=served_at, engine=engine, url=url, prefix=prefix)
        announce = partial(_announce, partial(create_accounts, opened), app.state.external_key)
        # Without `proxy_headers=False` a client could choose the address under which its logins are counted.
        serve_until_interrupted(app, host, port, announce=announce, grace=SHUTDOWN_SECONDS, proxy_headers=False)


def _announce(create_accounts: Callable[[], Sequence["DemoAccount"]], external_key: str, url: str) -> None:
    print(f"Serving {url}docs until Ctrl-C.")
    for account in (accounts := create_accounts()):
        print(f"Log in as {account.username} ({account.role}) with the password {account.password}")
    if not accounts:
        print("The passwords were printed when this database was first served.")
    # A parent process may wait for the lines behind a pipe.
    print(f"Other systems send the header X-API-Key: {external_key}", flush=True)
