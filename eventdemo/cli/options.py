"""The options that several commands share."""

import re
from typing import Annotated

import typer

from eventdemo.trace.conditions import MAX_SLOTS

MAX_USERS = 100_000
"""A run with more would take hours, and gigabytes of memory."""
MAX_SEED = 2**32 - 1
Scenario = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A pattern or a pitfall (see `eventdemo scenarios`), or a program of your own: shop.py:checkout.",
    ),
]
Users = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=MAX_USERS, help="How many users take part; each scenario has its own default."
    ),
]
Seed = Annotated[
    int,
    typer.Option(metavar="N", min=0, max=MAX_SEED, help="The same seed gives the same output, byte for byte."),
]
User = Annotated[
    int | None,
    typer.Option(
        metavar="ID", min=1, max=MAX_USERS, help="Whose timeline to draw; by default the most informative one."
    ),
]
Staff = Annotated[
    int,
    typer.Option(
        "--users", metavar="N", min=1, max=MAX_USERS, help="How many users the company has, if the database is empty."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Database = Annotated[str, typer.Option(metavar="URL", help="Address for SQLAlchemy, of SQLite, PostgreSQL or MariaDB.")]
Services = Annotated[
    str, typer.Option(metavar="URL", help="Address of `python -m mock_services`; by default in this process.")
]
Engine = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="A durable engine: outbox, bullmq, nats, rabbitmq, or kafka (tried on librdkafka's mock cluster only).",
    ),
]
EngineUrl = Annotated[str, typer.Option(metavar="URL", help="Address of the engine's server; the outbox has none.")]
PREFIX = "eventdemo"
"""The same as in `durable/runtime.py`, which takes a second to import."""


def _checked_prefix(prefix: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_-]{1,64}", prefix):  # every server accepts these
        raise typer.BadParameter(f"{prefix!r} must be 1 to 64 letters, digits, _ or -")
    return prefix


Prefix = Annotated[
    str,
    typer.Option(
        metavar="NAME", callback=_checked_prefix, help="Prefix of the queue names, if several backends share a server."
    ),
]
Concurrency = Annotated[
    int,
    typer.Option(metavar="N", min=1, max=MAX_SLOTS, help="How many jobs of one listener a worker processes at a time."),
]
