"""The options that several commands share."""

from typing import Annotated

import typer

Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="A pattern or a pitfall: see `eventdemo scenarios`.")]
Users = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="How many users take part; each scenario has its own default.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="The same seed gives the same output, byte for byte.")]
User = Annotated[
    int | None, typer.Option(metavar="ID", min=1, help="Whose timeline to draw; by default the most informative one.")
]
Staff = Annotated[
    int, typer.Option("--users", metavar="N", min=1, help="How many users the company has, if the database is empty.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Database = Annotated[str, typer.Option(metavar="URL", help="SQLAlchemy's, for SQLite, PostgreSQL, MariaDB or MySQL.")]
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
Prefix = Annotated[
    str, typer.Option(metavar="NAME", help="Prefix of the queue names, if several backends share a server.")
]
Concurrency = Annotated[
    int, typer.Option(metavar="N", min=1, help="How many jobs of one listener a worker processes at a time.")
]
