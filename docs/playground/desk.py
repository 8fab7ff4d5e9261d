"""What the playground runs in the browser: a command line in, its output and the data of its picture out.

It parses, checks, runs and prints with the functions of the command line, so both say the same, byte for byte.
"""

import json
import linecache
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from typer.main import get_command

from docs.playground.steps import steps_of
from eventdemo.cli import output
from eventdemo.cli.app import app
from eventdemo.cli.compare import strategies_for
from eventdemo.cli.conditions import conditions_in
from eventdemo.cli.errors import sentence_of
from eventdemo.cli.fakes import changed_fakes
from eventdemo.cli.watch import watched
from eventdemo.explore.replay import parse, replay_traced
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.run import simulate
from eventdemo.simulate.scenarios import summary_of
from eventdemo.trace import html
from eventdemo.trace.comparison import compare
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.live import picture_data
from eventdemo.trace.record import Trace

Answer = dict[str, Any]
Report = Callable[[str], object]
"""Receives a sentence about what is running."""
OTHER_OUTPUT = frozenset({"--help", "--json", "--html"})
"""With these, `compare` prints something that has no picture."""
MINE = Path("mine.py")
"""The file of the reader's own program."""


def answer(line: Sequence[str], report: Report = lambda _: None) -> Answer:
    """Run a command, such as `["compare", "logout", "--users", "3"]`; `error` says what is wrong with it."""
    command, *rest = line
    if command not in COMMANDS:
        return {"error": f"The playground has no command {command!r}: choose from {', '.join(COMMANDS)}."}
    try:
        return COMMANDS[command](rest, report)
    except Exception as error:
        if (sentence := sentence_of(error)) is None:
            raise
        return {"error": sentence}


def answer_json(line: str, program: str, report: Report = lambda _: None) -> str:
    """Do the same as text, for JavaScript; `program` is the reader's own, which the command line knows as `mine.py`."""
    if program != (MINE.read_text("utf-8") if MINE.exists() else ""):
        MINE.write_text(program, "utf-8")
        sys.modules.pop(f"program_{MINE.stem}", None)
        linecache.clearcache()
    return json.dumps(answer(json.loads(line), report))


def compared(rest: Sequence[str], report: Report) -> Answer:
    if OTHER_OUTPUT.intersection(rest):
        return {"title": "compare", "text": printed_by(["compare", *rest])}
    given = parsed("compare", rest)
    with changed_fakes(given["latency"], given["fail"]), watched(given["name"]):
        return comparison(given, report)


def comparison(given: dict[str, Any], report: Report) -> Answer:
    conditions, name = conditions_in(given), given["name"]
    strategies = strategies_for(name, conditions, given["strategies"])
    columns = output.columns_of(name, strategies, conditions)
    traces = list(simulated(columns, given["users"], given["seed"], report))
    excerpts = output.excerpts_of(traces, given["user"])
    title = name if is_program(name) else f"{name}: {summary_of(name)}."
    with redirect_stdout(StringIO()) as printed:
        if not is_program(name):
            print(f"{title}\n")
        output.print_comparison(traces, excerpts)
    subject = None if given["user"] is None else f"user {given['user']}"
    return {
        "title": title,
        "text": printed.getvalue(),
        "table": html.cost_table(compare(traces)),
        "words": html.words(traces),
        "ledger": html.ledger_table(traces),
        "shows": excerpts[0].shows,
        "picture": picture_data(traces, subject=subject),
    }


def simulated(columns: Sequence[output.Column], users: int | None, seed: int, report: Report) -> Iterator[Trace]:
    for number, (name, strategy, variant, conditions) in enumerate(columns, 1):
        report(f"Running {variant or strategy}, {number} of {len(columns)} …")
        yield simulate(name, conditions, strategy=strategy, variant=variant, users=users, seed=seed)


def parsed(command: str, rest: Sequence[str]) -> dict[str, Any]:
    """Return the values of a command's options, checked as the command line checks them."""
    return dict(_commands()[command].make_context(command, list(rest)).params)


@cache
def _commands() -> Any:
    """Return the commands by name. To make them takes a sixth of a short run."""
    return get_command(app).commands  # type: ignore[attr-defined]  # it is a group


def explored(rest: Sequence[str], report: Report) -> Answer:
    report("Running every schedule …")
    return {"title": "Every order in which waits can end", "text": printed_by(["explore", *rest])}


def replayed(rest: Sequence[str], report: Report) -> Answer:
    report("Running one schedule …")
    text = printed_by(["replay", *rest])
    token = parse(rest[0])
    _, *recorded = replay_traced(token)
    excerpt = Excerpt(token.experiment, token.strategy, str(token), "", *recorded)
    steps, lines = steps_of(token)
    picture = picture_data([excerpt], also=lines)
    steps = [{**step, "at": row} for step, row in zip(steps, picture["also"], strict=True)]
    return {"title": f"One schedule of {token.experiment}", "text": text, "picture": picture, "steps": steps}


def played(rest: Sequence[str], report: Report) -> Answer:
    from docs.playground.game import game  # here, because only a game needs the notebooks' code

    report("Running up to your next choice …")
    return game(rest)


def printed_by(line: Sequence[str]) -> str:
    with redirect_stdout(StringIO()) as printed:
        app(list(line), standalone_mode=False)
    return printed.getvalue()


COMMANDS: dict[str, Callable[[Sequence[str], Report], Answer]] = {
    "compare": compared,
    "explore": explored,
    "replay": replayed,
    "game": played,
}
