"""`eventdemo compare`: one scenario under several strategies, side by side."""

from collections.abc import Sequence
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from eventdemo.cli.conditions import takes_conditions
from eventdemo.cli.errors import check_writable
from eventdemo.cli.fakes import Failures, Latencies, changed_fakes
from eventdemo.cli.options import Json, Scenario, Seed, User, Users
from eventdemo.cli.watch import watched
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.run import SEED
from eventdemo.simulate.scenarios import PITFALLS, check, summary_of
from eventdemo.simulate.strategies import DEFAULTS
from eventdemo.trace.conditions import Conditions


@takes_conditions
def compare(
    name: Scenario = "fan-out",
    users: Users = None,
    strategies: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME", help="Strategies to compare; for pitfalls and fixes, awaited by default."),
    ] = None,
    seed: Seed = SEED,
    user: User = None,
    json: Json = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write one self-contained page.")] = None,
    *,
    conditions: Sequence[Conditions],
    latency: Latencies = None,
    fail: Failures = None,
) -> None:
    """Run a scenario under several strategies.

    For example: eventdemo compare logout --users 3 --fcm down

    For a pitfall, show the broken version beside its fix. Repeat --repair to show several sets of fixes.
    """
    header = f"{name}: {summary_of(name)}.\n" if not is_program(name) else ""
    chosen = strategies_for(name, conditions, strategies)
    check_writable(html)
    early = not json and user is None  # only the run shows whether anything happens to a certain user
    with changed_fakes(latency, fail):
        if early:
            typer.echo(header, nl=bool(header))
        from eventdemo.cli import output

        with watched(name, prints_to="nowhere"):
            traces = output.simulate_all(output.columns_of(name, chosen, conditions), users, seed)
    if json:
        typer.echo(dumps([output.totals(trace) for trace in traces], indent=2))
    else:
        excerpts = output.excerpts_of(traces, user)
        if not early:
            typer.echo(header, nl=bool(header))
        output.print_comparison(traces, excerpts)
    if html is not None:
        output.write_comparison_page(traces, html, user)
    raise typer.Exit(output.exit_code(traces))


def strategies_for(name: str, conditions: Sequence[Conditions], named: str | None) -> list[str]:
    """Return which strategies to compare: those that were named, or what suits the scenario and its conditions."""
    if named is not None:
        strategies = [strategy.strip() for strategy in named.split(",")]
    elif name in PITFALLS or any(each.repairs for each in conditions):
        strategies = ["awaited"]
    else:
        together = any(each.instances > 1 or each.can_die for each in conditions)
        strategies = [strategy for strategy in DEFAULTS if not (together and strategy == "sync")]
    for strategy in strategies if not is_program(name) else ():
        for each in conditions:
            check(name, strategy, each)
    return strategies
