"""What `graduate` prints: in process beside behind an engine, the ledger, and what is different."""

import json

from rich.console import Console

from eventdemo.cli import output as console
from eventdemo.cli.worker import check_known, told
from eventdemo.trace import sentences, text
from eventdemo.trace.comparison import compare
from eventdemo.trace.comparison_table import show
from eventdemo.trials.graduation.changes import changes
from eventdemo.trials.graduation.graduate import Graduation, graduate
from eventdemo.trials.graduation.real import SPEED


def print_graduation(
    name: str, engine: str, url: str, *, users: int | None, seed: int, concurrency: int, as_json: bool
) -> int:
    """Run both, print what came of it; return the exit code: 0 if the engine did every job."""
    check_known(engine, url)
    with told():
        found = graduate(name, engine, url, users=users, seed=seed, concurrency=concurrency)
    if as_json:
        print(as_data(found))
    else:
        _print(found)
    return console.exit_code([found.after])


def as_data(found: Graduation) -> str:
    """Return the numbers of both runs, without the spans."""
    without = {"spans", "stalls"}
    return json.dumps(
        {
            "engine": found.engine,
            "measured": found.measured,
            "redeliveries": found.redeliveries,
            "in_process": found.before.model_dump(mode="json", exclude=without),
            "behind": found.after.model_dump(mode="json", exclude=without),
        },
        indent=2,
    )


def _print(found: Graduation) -> None:
    traces = [found.before, found.after]
    if found.measured:
        said = (
            f"Measured in real time, on a real server, with services {SPEED} times as fast as usual: the next run will "
            "give other numbers."
        )
        print(f"{console.wrapped(said, indent=0)}\n")
    show(compare(traces), Console(highlight=False))
    print(f"\nBehind {found.engine}: {found.after.emitted:,} emits, {found.after.deliveries:,} deliveries")
    for fate, number in found.after.ledger.items():
        print(f"{number:>7,}  {fate.value}: {fate.meaning}")
    print(f"The books {'balance' if found.after.balanced else 'DO NOT balance'}.\n")
    if not found.measured:
        excerpts = console.excerpts_of(traces, None)
        print(f"What happened to {excerpts[0].shows}\n")
        print(text.draw(excerpts))
    for trace in traces:
        print(console.wrapped(sentences.cost(trace)))
    print("\nWhat is different")
    for sentence in changes(found):
        print(console.wrapped(f"  · {sentence}"))
