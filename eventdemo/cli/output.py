"""What several commands print and write: comparisons, runs, timelines and files."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from rich.console import Console

from eventdemo.cli.errors import CommandError
from eventdemo.cli.progress import PATIENCE
from eventdemo.cli.watch import ends_at_ctrl_c
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.program import variants_of
from eventdemo.simulate.run import simulate
from eventdemo.trace import mermaid, perfetto, svg, text
from eventdemo.trace.comparison import compare
from eventdemo.trace.comparison_table import show
from eventdemo.trace.conditions import Conditions
from eventdemo.trace.excerpt import Excerpt, first
from eventdemo.trace.html import page
from eventdemo.trace.naming import COLUMNS
from eventdemo.trace.record import Trace
from eventdemo.trace.report import below_the_table, report
from eventdemo.trace.report import excerpts_of as reduced
from eventdemo.trace.shown import NOTHING


class Column(NamedTuple):
    """One run of a comparison."""

    scenario: str
    strategy: str
    variant: str
    conditions: Conditions


def columns_of(
    name: str, strategies: Sequence[str], conditions: Sequence[Conditions], variants: Sequence[str] = ()
) -> list[Column]:
    """Return a column for each strategy under each set of fixes, and for each version of a pitfall."""
    versions = variants or variants_of(name) or ("",)
    return [Column(name, *each) for each in product(strategies, versions, conditions)]


def simulate_all(columns: Sequence[Column], users: int | None, seed: int) -> list[Trace]:
    """Run each column; a terminal shows the progress."""
    from rich.progress import Progress  # here, because the playground shows its own

    console = Console(stderr=True)
    begun = monotonic()
    traces = []
    bar = Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False)
    with ends_at_ctrl_c(partial(_restore, console)), bar as progress:
        task = progress.add_task("", total=len(columns), visible=False)
        for name, strategy, variant, conditions in columns:
            progress.update(task, description=variant or strategy, visible=monotonic() - begun > PATIENCE, refresh=True)
            traces.append(simulate(name, conditions, strategy=strategy, variant=variant, users=users, seed=seed))
            progress.advance(task)
    return traces


def _restore(console: Console) -> None:
    if console.is_terminal:
        console.show_cursor()
        console.print()


def print_comparison(traces: Sequence[Trace], excerpts: Sequence[Excerpt]) -> None:
    print_table(traces)
    print(f"\n{below_the_table(traces, excerpts)}")


def print_table(traces: Sequence[Trace]) -> None:
    console = Console(highlight=False)
    console.width = console.width or COLUMNS  # COLUMNS=0 stands for an unknown width
    show(compare(traces), console)


def print_run(trace: Trace, user: int | None, view: str = "report", *, file: Path | None = None) -> None:
    """Print a view of a run, or write it to a file."""
    excerpts = partial(excerpts_of, [trace], user)
    match view:
        case "json":
            print(trace.model_dump_json(indent=2))
        case "timeline":
            print(text.draw(excerpts()) if trace.spans else NOTHING)
        case "mermaid":
            print(mermaid.sequence(excerpts()[0]))
        case "svg" if file:
            write(file, svg.draw(excerpts()))
        case "perfetto" if file:
            write(file, perfetto.chrome_trace([first(trace, trace.emitted)]))
        case _:
            print(report(trace, excerpts()), end="")


def excerpts_of(traces: Sequence[Trace], user: int | None) -> list[Excerpt]:
    """Reduce traces to one user: the given one, or the one whose timelines differ most."""
    excerpts = reduced(traces, "" if user is None else f"user {user}")
    if user is not None and not any(excerpt.spans for excerpt in excerpts):
        raise CommandError(f"Nothing happened to user {user} in the recorded emits.")
    return excerpts


def totals(trace: Trace) -> dict[str, Any]:
    """Return a trace for JSON without what only its pictures need."""
    return trace.model_dump(mode="json", exclude={"spans", "stalls"})


def write_comparison_page(traces: Sequence[Trace], path: Path, user: int | None) -> None:
    one = traces[0]
    users, seed = (f" --users {one.users}", f" --seed {one.seed}") if one.users else ("", "")
    names = ",".join(dict.fromkeys(trace.strategy for trace in traces))
    command = [f"eventdemo compare {one.scenario}{users} --strategies {names}{seed}"]
    command += replace(one.conditions, repairs=()).options()
    sets = list(dict.fromkeys(trace.conditions.repairs for trace in traces))
    for repairs in sets if any(sets) else ():
        command += ["--repair", ",".join(repairs) or "none"]
    subject = None if user is None else f"user {user}"
    write(path, page(traces, command=" ".join(command), subject=subject))


def write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    print(f"wrote {path}", file=sys.stderr)


def exit_code(traces: Sequence[Trace]) -> int:
    """Return 0 if no delivery was lost and every guarantee held, else 1. A program of your own only has its claim."""
    if is_program(traces[0].scenario):
        return int(not all(check.holds for trace in traces for check in trace.checks))
    return 0 if all(trace.is_clean for trace in traces) else 1
