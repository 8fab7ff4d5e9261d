"""`eventdemo run`: one scenario under one strategy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eventdemo.cli.conditions import takes_conditions
from eventdemo.cli.errors import CommandError, check_writable
from eventdemo.cli.fakes import takes_fakes
from eventdemo.cli.options import Json, Scenario, Seed, User, Users
from eventdemo.cli.watch import watched
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.run import SEED
from eventdemo.simulate.scenarios import check, summary_of
from eventdemo.trace.conditions import MAX_SLOTS, Conditions

Strategy = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=f"sync, sequential, awaited, bounded:N, detached or outbox:N; N is 1 to {MAX_SLOTS}. A program of your "
        "own runs under awaited by default.",
    ),
]


@takes_fakes
@takes_conditions
def run(
    conditions: Sequence[Conditions],
    name: Scenario,
    strategy: Strategy = "",
    variant: Annotated[
        str, typer.Option(metavar="NAME", help="Which version of a pitfall; by default the first, a broken one.")
    ] = "",
    users: Users = None,
    seed: Seed = SEED,
    user: User = None,
    json: Json = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="Print the timeline of one user only.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Print one user's Mermaid diagram.")] = False,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline of one user as SVG.")] = None,
    perfetto: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every recorded span for ui.perfetto.dev.")
    ] = None,
) -> None:
    """Run a scenario under one strategy.

    For example: eventdemo run logout --strategy detached --timeline
    """
    if sum(map(bool, (json, timeline, mermaid, svg, perfetto))) > 1:
        raise CommandError("Choose one of --json, --timeline, --mermaid, --svg and --perfetto.")
    check_single(name, strategy, conditions)
    check_writable(svg or perfetto)
    from eventdemo.cli import output

    columns = output.columns_of(name, [strategy or "awaited"], conditions, [variant])
    with watched(name, prints_to="stderr" if json or mermaid else "stdout"):
        (trace,) = output.simulate_all(columns, users, seed)
    if json:
        typer.echo(trace.model_dump_json(indent=2))
    elif timeline:
        typer.echo(output.timeline(trace, user))
    elif mermaid:
        typer.echo(output.mermaid_diagram(trace, user))
    elif svg is not None:
        output.write_svg(trace, svg, user)
    elif perfetto is not None:
        output.write_perfetto(trace, perfetto)
    else:
        output.print_run(trace, user)
    raise typer.Exit(output.exit_code([trace]))


def check_single(name: str, strategy: str, conditions: Sequence[Conditions]) -> None:
    if len(conditions) > 1:
        raise CommandError("run takes one set of fixes: separate them with commas, or use compare for several sets.")
    if is_program(name):
        return
    summary_of(name)
    if not strategy:
        raise CommandError("Missing option '--strategy': only a program of your own has a default. See --help.")
    check(name, strategy, conditions[0])
