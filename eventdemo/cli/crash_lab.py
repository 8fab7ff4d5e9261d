"""`eventdemo crash-lab`: kill real processes, and count what was lost."""

import asyncio
import sys
from typing import Annotated

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.cli.options import MAX_SEED, Json
from eventdemo.simulate.run import SEED

MAX_ROUNDS = 1000
"""They take more than an hour."""
ENGINES = ("in-process", "outbox", "bullmq", "nats", "rabbitmq")


def crash_lab(
    engine: Annotated[
        str, typer.Option(metavar="NAME", help=f"The engine behind emit: {', '.join(ENGINES)}.")
    ] = "in-process",
    rounds: Annotated[int, typer.Option(metavar="N", min=1, max=MAX_ROUNDS, help="How many times to kill.")] = 5,
    seed: Annotated[
        int,
        typer.Option(metavar="N", min=0, max=MAX_SEED, help="Decides when users arrive and when the kill comes."),
    ] = SEED,
    url: Annotated[
        str,
        typer.Option(metavar="URL", help="The engine's server, which keeps the queues; by default the lab starts one."),
    ] = "",
    json: Json = False,
) -> None:
    """Kill processes and count what was lost.

    Users log out and approve tasks over real HTTP. At a random moment, processes get a SIGKILL and are restarted.
    Behind a durable engine, it may also be its server, or a worker is paused for longer than its lease. Then the store
    and the services show the outcome of every accepted request. Exits with 1 if something was lost.
    """
    if engine not in ENGINES:
        raise CommandError(f"The crash lab has no engine {engine!r}: choose from {', '.join(ENGINES)}.")
    try:
        from eventdemo.trials.crash_lab.lab import crash_lab as run_lab
        from eventdemo.trials.crash_lab.report import as_json, as_text
    except ModuleNotFoundError as error:
        raise CommandError(f"The crash lab needs {error.name}: pip install 'eventdemo[web]'.") from error
    findings = asyncio.run(run_lab(engine, rounds=rounds, seed=seed, url=url, progress=_print_progress))
    typer.echo(as_json(findings) if json else as_text(findings), nl=False)
    raise typer.Exit(int(findings.count("lost") > 0))


def _print_progress(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line}")
