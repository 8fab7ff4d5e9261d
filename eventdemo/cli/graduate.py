"""`eventdemo graduate`: a scenario in process, compared with the same scenario behind a durable engine."""

import json as json_module
from typing import TYPE_CHECKING, Annotated

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.cli.options import Concurrency, Engine, EngineUrl, Json, Seed, Users
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.run import SEED

if TYPE_CHECKING:
    from eventdemo.trials.graduation.graduate import Graduation


def graduate(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario from `eventdemo scenarios`.")] = "fan-out",
    engine: Engine = "outbox",
    url: EngineUrl = "",
    users: Users = None,
    seed: Seed = SEED,
    concurrency: Concurrency = 1,
    json: Json = False,
) -> None:
    """Move a scenario to a durable engine.

    Compare it in process and behind the engine. The outbox runs in virtual time. An engine with a server runs in
    real time, on an embedded server or the one at --url. Exits with 0 if every job was done.
    """
    from eventdemo.cli.engines import check_engine
    from eventdemo.cli.output import exit_code
    from eventdemo.trials.graduation.graduate import graduate as run_both

    if is_program(name):
        raise CommandError(f"graduate takes a scenario, not {name}. Let it take a Stage: run --strategy outbox:1.")
    check_engine(engine, url)
    found = run_both(name, engine, url, users=users, seed=seed, concurrency=concurrency)
    if json:
        print(graduation_json(found))
    else:
        _print(found)
    raise typer.Exit(exit_code([found.after]))


def graduation_json(found: "Graduation") -> str:
    from eventdemo.cli.output import totals

    data = {name: getattr(found, name) for name in ("engine", "measured", "redeliveries")}
    return json_module.dumps(data | {"in_process": totals(found.before), "behind": totals(found.after)}, indent=2)


def _print(found: "Graduation") -> None:
    from eventdemo.cli.output import excerpts_of, print_table
    from eventdemo.trace.report import below_the_table, ledger, wrapped
    from eventdemo.trials.graduation.graduate import changes
    from eventdemo.trials.graduation.real import SPEED

    traces = [found.before, found.after]
    if found.measured:
        how = f"Measured in real time, on a real server, with services {SPEED} times as fast as usual."
        print(f"{wrapped(f'{how} Another run will give other numbers.', indent=0)}\n")
    print_table(traces)
    print(f"\nBehind {found.engine}: ", end="")
    print(f"{ledger(found.after)}\n")
    print(below_the_table(traces, [] if found.measured else excerpts_of(traces, None)))
    print("\nWhat is different")
    for sentence in changes(found):
        print(wrapped(f"  · {sentence}"))
