"""`eventdemo explore`: try every order in which waits can end."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.cli.fakes import Failures, Latencies, changed_fakes
from eventdemo.cli.options import Json
from eventdemo.cli.progress import counted
from eventdemo.cli.watch import watched

if TYPE_CHECKING:
    from eventdemo.explore.explore import Exploration
    from eventdemo.explore.steps import Ready

MAX_SCHEDULES = 1_000_000
Bound = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=MAX_SCHEDULES,
        help="Run at most N schedules depth-first, then N at random. By default 2000, for patterns 200.",
    ),
]
Turns = Annotated[
    str,
    typer.Option(
        metavar="fifo|turns|any",
        help="With fifo, waits end one by one. With turns, several may end on one turn of the loop. With any, "
        "ready tasks may run in any order, too. By default fifo; if a program of your own passes, then turns.",
    ),
]


def explore(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO",
            help="A scenario, a pitfall (PITFALL:VARIANT), a name from `eventdemo guarantees`, or a program of "
            "your own: an async function, such as shop.py:checkout.",
        ),
    ],
    strategy: Annotated[str, typer.Option(metavar="NAME", help="The strategy to run the listeners under.")] = "awaited",
    claim: Annotated[str, typer.Option(metavar="NAME", help="The claim to try to refute; by default the first.")] = "",
    bound: Bound = None,
    ready: Turns = "",
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the first random schedule.")] = 7,
    cancel: Annotated[bool, typer.Option("--cancel", help="Let one task be cancelled wherever it waits.")] = False,
    json: Json = False,
    latency: Latencies = None,
    fail: Failures = None,
) -> None:
    """Run every order in which waits can end.

    Print the outcomes, and the smallest schedule that refutes the claim. If there is one, exit with status 1.

    For example: eventdemo explore shop.py:checkout --cancel
    """
    options = {"strategy": strategy, "bound": bound, "seed": seed, "cancel": cancel}
    counting = counted(sys.stderr, shown=not json)  # before the program's prints go nowhere
    with changed_fakes(latency, fail), watched(name, prints_to="nowhere"), counting as ran:
        found = _explored(name, claim, ready, on_run=ran, **options)
        shown = exploration_json(found) if json else found.report()
    typer.echo(shown, nl=False)
    again = [f"--latency {text}" for text in latency or ()] + [f"--fail {text}" for text in fail or ()]
    if found.refuted and again:
        typer.echo(f"\nThe replay needs the same options: {' '.join(again)}", err=True)
    raise typer.Exit(int(found.refuted))


def _explored(name: str, claim: str, ready: str, **options: Any) -> "Exploration":
    from eventdemo.explore.catalogue import experiment
    from eventdemo.explore.explore import explore as explore_all

    modes: dict[str, Ready | None] = {"": None, "fifo": "fifo", "turns": "turns", "any": "any"}
    if ready not in modes:
        raise CommandError(f"--ready must be fifo, turns or any, not {ready!r}.")
    found = explore_all(experiment(name, claim), ready=modes[ready], **options)
    if found.endless == found.schedules:
        raise CommandError(f"{name} {', '.join(found.outcomes)}, in every schedule. Let it end by itself.")
    return found


def exploration_json(found: "Exploration") -> str:
    from eventdemo.explore.report import token_of

    failing, nominal = found.failing, found.nominal
    data = {
        "experiment": found.experiment.name,
        "claim": found.experiment.claim,
        "claim_name": found.experiment.property_name or None,
        "strategy": found.strategy,
        "ready": found.ready,
        "schedules": found.schedules,
        "sampled": found.sampled,
        "at_least": found.at_least,
        "complete": found.complete,
        "assumed": sorted(found.assumed),
        "outcomes": dict(sorted(found.outcomes.items())),
        "with_nominal_latencies": nominal.outcome if nominal else None,
        "refuted": found.refuted,
        "fails_in_fifo_order": found.fails_in_fifo_order,
        "token": str(token_of(found, failing)) if failing else None,
    }
    return json.dumps(data, indent=2) + "\n"
