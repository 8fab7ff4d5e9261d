"""The command line: options in, one call, a view out. What is shown is decided in `console.py` and `views`.

Exit code 0: nothing was lost; 1: something was, or a promise was broken; 2: bad usage, one clear line. Heavy imports
wait inside the commands, so that the first line appears at once.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Literal

import typer

from eventdemo.cli import durable_commands
from eventdemo.cli.conditions import Circumstances, strategies_for, takes_circumstances
from eventdemo.cli.crash_lab import crash_lab
from eventdemo.cli.errors import CommandError, check_writable, sentence_of
from eventdemo.cli.options import (
    PREFIX,
    Database,
    Engine,
    EngineUrl,
    Json,
    Prefix,
    Scenario,
    Seed,
    Services,
    Staff,
    User,
    Users,
)
from eventdemo.simulate.scenarios import scenario

DEFECT = 70  # what sysexits.h calls EX_SOFTWARE
app = typer.Typer(
    help=(
        "What really happens between emit and the last listener.\n\n"
        "compare and run end with 0 if every delivery was done and every promise kept, else with 1. 2 is bad usage."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
@takes_circumstances
def compare(
    circumstances: Circumstances,
    name: Scenario = "fan-out",
    users: Users = None,
    strategies: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Which to compare, separated by commas; versions and repairs run awaited."),
    ] = None,
    seed: Seed = 7,
    user: User = None,
    json: Json = False,  # noqa: FBT002 - a flag is how a command line says it
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write one self-contained page.")] = None,
) -> None:
    """Run one scenario under several strategies, side by side.

    Of a pitfall, show the broken version beside its repair. With --repair several times, show each set of repairs.
    """
    chosen = scenario(name)
    conditions = circumstances.conditions()
    chosen_strategies = strategies_for(name, conditions, strategies)
    check_writable(html)
    if early := not json and user is None:  # only the run can tell whether anything happens to a certain user
        typer.echo(f"{name}: {chosen.summary}.\n")
    from eventdemo.cli import output as console

    traces = console.simulate_all(console.columns_of(name, chosen_strategies, conditions), users, seed)
    if json:
        typer.echo(console.comparison_json(traces))
    else:
        excerpts = console.excerpts_of(traces, user)
        if not early:
            typer.echo(f"{name}: {chosen.summary}.\n")
        console.print_comparison(traces, excerpts)
    if html is not None:
        console.write_comparison_page(traces, html, user)
    raise typer.Exit(console.exit_code(traces))


@app.command()
@takes_circumstances
def run(
    circumstances: Circumstances,
    name: Scenario,
    strategy: Annotated[
        str, typer.Option(metavar="NAME", help="sync, sequential, awaited, bounded:N, detached or outbox:N.")
    ],
    variant: Annotated[
        str, typer.Option(metavar="NAME", help="Which version of a pitfall; by default the first, a broken one.")
    ] = "",
    users: Users = None,
    seed: Seed = 7,
    user: User = None,
    json: Json = False,  # noqa: FBT002
    timeline: Annotated[bool, typer.Option("--timeline", help="Print the timeline of one user only.")] = False,  # noqa: FBT002
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Print one user's Mermaid diagram.")] = False,  # noqa: FBT002
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline of one user as SVG.")] = None,
    perfetto: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every recorded span for ui.perfetto.dev.")
    ] = None,
) -> None:
    """Run one scenario under one strategy, and show what happened."""
    if sum(map(bool, (json, timeline, mermaid, svg, perfetto))) > 1:
        raise CommandError("Choose one of --json, --timeline, --mermaid, --svg and --perfetto.")
    conditions = circumstances.of_one_run(name, strategy)
    check_writable(svg or perfetto)
    from eventdemo.cli import output as console

    (trace,) = console.simulate_all(console.columns_of(name, [strategy], [conditions], [variant]), users, seed)
    if json:
        typer.echo(trace.model_dump_json(indent=2))
    elif timeline:
        typer.echo(console.timeline(trace, user))
    elif mermaid:
        typer.echo(console.mermaid_diagram(trace, user))
    elif svg is not None:
        console.write_svg(trace, svg, user)
    elif perfetto is not None:
        console.write_perfetto(trace, perfetto)
    else:
        console.print_run(trace, user)
    raise typer.Exit(console.exit_code([trace]))


@app.command("explore")
def explore_experiment(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO",
            help="A scenario, a pitfall (PITFALL:VARIANT), or a name from `eventdemo guarantees`.",
        ),
    ],
    strategy: Annotated[str, typer.Option(metavar="NAME", help="The strategy to run the listeners under.")] = "awaited",
    claim: Annotated[str, typer.Option(metavar="NAME", help="The claim to try to refute; by default the first.")] = "",
    bound: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Run at most N schedules depth-first, then N at random (default: 2000; patterns: 200).",
        ),
    ] = None,
    ready: Annotated[
        str, typer.Option(metavar="fifo|any", help="any: ready callbacks may run in any order, too.")
    ] = "fifo",
    json: Json = False,  # noqa: FBT002
) -> None:
    """Run a scenario in every order in which its waits can end.

    Print the outcomes, and the smallest schedule that refutes the claim. If there is one, exit with status 1.
    """
    from eventdemo.cli.explore import print_exploration

    if ready not in {"fifo", "any"}:
        raise CommandError(f"--ready must be fifo or any, not {ready!r}.")
    chosen: Literal["fifo", "any"] = "fifo" if ready == "fifo" else "any"
    raise typer.Exit(print_exploration(name, claim, under=strategy, bound=bound, ready=chosen, as_json=json))


@app.command("replay")
def replay_schedule(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="A schedule, as printed by `eventdemo explore`.")],
) -> None:
    """Run one schedule again. If it refutes the claim, exit with status 1."""
    from eventdemo.cli.explore import print_replay

    raise typer.Exit(print_replay(token))


@app.command("guarantees")
def print_guarantees(json: Json = False) -> None:  # noqa: FBT002
    """Check each claim about order on every schedule.

    Print the verdict under each strategy: guaranteed, scheduler-dependent, race, or fails in every schedule.
    """
    from eventdemo.cli.explore import print_guarantees

    print_guarantees(as_json=json)


@app.command("claims")
def list_claims(
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="Show this one, with its evidence.")] = None,
) -> None:
    """List the article's claims with their verdicts."""
    from eventdemo.cli.claims import print_claim, print_claims

    if number is None:
        print_claims()
    else:
        print_claim(number)


@app.command()
def scenarios() -> None:
    """List the scenarios."""
    from eventdemo.cli import output as console

    console.print_scenarios()


@app.command()
def events(json: Json = False) -> None:  # noqa: FBT002
    """List the events: what each carries, who emits, who listens."""
    from eventdemo.cli import output as console

    console.print_events(as_json=json)


@app.command("sync-profile")
def sync_profile(
    user_id: Annotated[int, typer.Argument(metavar="USER", help="The id of a user of the invented company.")],
    users: Staff = 50,
    database: Database = "sqlite://",
    services: Services = "",
) -> None:
    """Bring one user's profile up to date, and tell of tasks.

    It is one of the article's five callers: it emits `user.syncProfile`, and waits for what follows.
    """
    from eventdemo.cli.sync_profile import print_profile_sync

    print_profile_sync(user_id, users=users, database=database, services=services)


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 picks a free one.")] = 8000,
    users: Staff = 50,
    zone: Annotated[str, typer.Option(metavar="NAME", help="Time zone of the two schedules.")] = "UTC",
    database: Database = "sqlite://",
    services: Services = "",
    engine: Engine = "",
    url: EngineUrl = "",
    prefix: Prefix = PREFIX,
) -> None:
    """Serve the backend over HTTP, on the mock services.

    Its two jobs run too: the poll every five minutes, the profile sync on Fridays at six. OpenAPI is at /docs. With an
    engine, events are accepted here, and `eventdemo worker` does the work.
    """
    try:
        from eventdemo.cli.serve import serve as serve_app
    except ModuleNotFoundError as error:
        raise CommandError(f"Serving needs {error.name}: pip install 'eventdemo[web]'.") from error
    serve_app(
        host, port, users=users, zone=zone, database=database, services=services, engine=engine, url=url, prefix=prefix
    )


durable_commands.register(app)
app.command("crash-lab")(crash_lab)


def main() -> None:
    """Run a command; whatever goes wrong is told in one line."""
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except BrokenPipeError:  # `eventdemo compare | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001 - told in a line, or with its traceback
        if (problem := sentence_of(error)) is None:  # a defect: not to be taken for a finding, which ends with 1
            traceback.print_exc()
            sys.exit(DEFECT)
        sys.stderr.write(f"eventdemo: {problem}\n")
        code = 2
    sys.exit(code)
