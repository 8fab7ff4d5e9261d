"""`eventdemo run`: one scenario under one strategy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eventdemo.cli.conditions import takes_conditions
from eventdemo.cli.errors import CommandError, check_writable
from eventdemo.cli.fakes import Failures, Latencies, changed_fakes
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


@takes_conditions
def run(
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
    *,
    conditions: Sequence[Conditions],
    latency: Latencies = None,
    fail: Failures = None,
) -> None:
    """Run a scenario under one strategy.

    For example: eventdemo run logout --strategy detached --timeline
    """
    views = {"json": json, "timeline": timeline, "mermaid": mermaid, "svg": svg, "perfetto": perfetto}
    chosen = [view for view, is_chosen in views.items() if is_chosen]
    if len(chosen) > 1:
        raise CommandError("Choose one of --json, --timeline, --mermaid, --svg and --perfetto.")
    check_single(name, strategy, conditions)
    check_writable(svg or perfetto)
    from eventdemo.cli import output

    columns = output.columns_of(name, [strategy or "awaited"], conditions, [variant])
    with changed_fakes(latency, fail), watched(name, prints_to="stderr" if json or mermaid else "stdout"):
        (trace,) = output.simulate_all(columns, users, seed)
    output.print_run(trace, user, *chosen, file=svg or perfetto)
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
