"""A page for each pitfall, generated from its module, its scenario and its tests, and an index."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from docs.pages.live_pictures import in_two_themes, live_picture
from docs.pages.page import ROOT, Page, fenced
from docs.pages.playground import be_the_event_loop, replay_it_here, run_it_here
from eventdemo.explore import Exploration, explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.report import coverage, histogram, token_of
from eventdemo.simulate import PITFALLS, simulate
from eventdemo.simulate.program import variants_of
from eventdemo.trace import svg
from eventdemo.trace.comparison import Cell, compare
from eventdemo.trace.excerpt import about, first, representative_subject
from eventdemo.trace.live import picture_data
from eventdemo.trace.record import Trace
from eventdemo.trace.sentences import cost

TITLES: dict[str, str] = tomllib.loads((ROOT / "docs/data/titles.toml").read_text("utf-8"))
VERDICTS = {"yes": "guaranteed", "no": "no"}
REFERENCE = {
    "async-flag": "What each option does in each version: [The async flag of Nest](../reference/nest-async-flag.md).",
    "swallowed-error": "Who sees the exception of a listener depends on the strategy, on `suppress_errors`, and on "
    "whether the emitter awaits: see [the questions from issues](../threads.md).",
}
"""The answer that a pitfall is one case of."""
VERSIONS = {
    "async-flag": "Most versions are named after the option that they set. `said-true` and `said-false` behave as the "
    "article says that `true` and `false` do. `both` sets `nextTick` and `promisify`. `throw` and `true-throw` set "
    "`suppressErrors: false` too.",
}
"""What the names of the versions mean, where they don't say it."""
ALWAYS = "Always. The broken version fails in every order in which its waits can end."
SOMETIMES = (
    "Only sometimes. Whether the broken version fails depends on the order in which its waits end, "
    "so a test that runs it once may pass."
)
MAX_COLUMNS = 4
"""Versions beside each other in a table."""
CLAIMS = re.compile(r"(?<=[Cc]laim )\d+|(?<=claims )\d+(?:(?:, | and | to )\d+)+")
PARTS = re.compile(
    r"^`(?P<name>[\w-]+)`: (?P<symptom>.+?)\n\n(?:Cause: (?P<cause>.+?)\n)(?:Fix: (?P<fix>.+))$", re.DOTALL
)


def pages() -> Iterator[Page]:
    """Yield the index of pitfalls, a page for each, and its pictures."""
    yield Page("pitfalls/index.md", _index())
    for name in PITFALLS:
        traces = [simulate(name, variant=variant) for variant in variants_of(name)]
        data = picture_data(traces)
        yield Page(f"pitfalls/{name}.md", _page(name, traces, data))
        yield Page(f"pitfalls/{name}.json", json.dumps(data, separators=(",", ":")))
        for theme in ("light", "dark"):
            yield Page(f"pitfalls/{name}-{theme}.svg", _drawn(traces, theme))


def parts_of(name: str) -> dict[str, str]:
    """Parse symptom, cause and fix from the module's docstring."""
    docstring = import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").__doc__ or ""
    if (match := PARTS.match(docstring.strip())) is None:
        raise ValueError(f"The docstring of the pitfall {name!r} must have a symptom, a cause and a fix.")
    return {key: " ".join(value.split()) for key, value in match.groupdict().items()}


def _index() -> str:
    rows = "\n".join(
        f"| [{TITLES[name]}]({name}.md) | {sentence(parts['symptom'])} | {sentence(parts['fix'])} |"
        for name, parts in ((name, parts_of(name)) for name in PITFALLS)
    )
    return f"""# Pitfalls

Each pitfall is a short program in two or more versions: one breaks, the others don't. All run on the real bus and the
real store, in virtual time. The explorer shows that some schedule breaks the broken version, and that no schedule
breaks a fixed one. To compare them on your machine, run `eventdemo compare NAME`: the name is in the page's address.

| pitfall | symptom | fix |
|---|---|---|
{rows}

Not sure which one you have? Start with [My listener never ran](../how-to/never-ran.md),
[Why did my listener run twice?](../how-to/twice.md), or [Questions from issue trackers](../threads.md).
"""


def _page(name: str, traces: Sequence[Trace], data: dict[str, Any]) -> str:
    parts = parts_of(name)
    shown = representative_subject(traces)
    costs = "\n".join(f"- {cost(trace)}" for trace in traces)
    return f"""# {TITLES[name]}

{sentence(parts["symptom"])}

{run_it_here(name)}
**Cause.** {sentence(parts["cause"])}

**Fix.** {sentence(parts["fix"])} {REFERENCE.get(name, "")}

In commands, this pitfall is called `{name}`.

## Broken and fixed

{_picture(name, traces, data)}
{_table(traces)}

{costs}

{f"The picture follows {shown}." if shown else ""}

## The code

{_code(name)}

## Always, or only sometimes?

{_explored(name, traces)}
## Run it, and see the proof

```sh
eventdemo compare {name}
eventdemo explore {name}
```

{_proofs(name)}
"""


def _picture(name: str, traces: Sequence[Trace], data: dict[str, Any]) -> str:
    labels = ", ".join(trace.label for trace in traces)
    static = in_two_themes(f"../{name}", f"Timelines of {name}: {labels}.", _drawn(traces, "light"))
    return f"{VERSIONS.get(name, '')}\n\n{live_picture(f'../{name}', static, data)}"


def sentence(text: str) -> str:
    """Return a text with a capital and a full stop, in which the numbers of claims are links."""
    linked = CLAIMS.sub(lambda numbers: re.sub(r"\d+", r"[\g<0>](../claims.md#claim-\g<0>)", numbers[0]), text)
    return linked[:1].upper() + linked[1:] + ("" if linked.endswith((".", "?", "!", ".)")) else ".")


def _table(traces: Sequence[Trace]) -> str:
    """Return the rows in which the versions differ, but for those that are about speed and not about the hazard.

    Many versions are rows instead of columns, which fit no screen.
    """
    comparison = compare(traces)
    results = (
        row for row in comparison.rows if not row.question.startswith(("peak in flight", "finished out of order"))
    )
    rows = [row for row in results if len({cell.text for cell in row.cells}) > 1]
    table = [["result", *comparison.strategies], *([row.question, *map(_cell, row.cells)] for row in rows)]
    if len(traces) > MAX_COLUMNS:
        table = list(map(list, zip(*table, strict=True)))
        table[0][0] = "version"
    head, *body = (f"| {' | '.join(cells)} |" for cells in table)
    return "\n".join([head, "|---" * len(table[0]) + "|", *body])


def _cell(cell: Cell) -> str:
    """Return a cell; a claim's answer looks like a verdict."""
    answer = cell.text.partition(":")[0]
    return f'<span class="verdict {VERDICTS[answer]}">{cell.text}</span>' if answer in VERDICTS else cell.text


def _drawn(traces: Sequence[Trace], theme: str) -> str:
    subject = representative_subject(traces)
    shown = [about(trace, subject) if subject else first(trace) for trace in traces]
    return svg.draw(shown, theme=theme)  # type: ignore[arg-type]


def _code(name: str) -> str:
    """Return the module, folded, without its docstring, which the page already contains."""
    path = f"eventdemo/pitfalls/{name.replace('-', '_')}.py"
    source = (ROOT / path).read_text("utf-8")
    rest = "\n".join(source.splitlines()[ast.parse(source).body[0].end_lineno :]).strip()
    summary = f"<summary>All of <code>{path}</code></summary>"
    return f"<details markdown>\n{summary}\n\n{fenced('python', rest)}\n</details>"


def _explored(name: str, traces: Sequence[Trace]) -> str:
    """Return whether the pitfall depends on timing, and what the explorer found about each version."""
    found = {trace.label: _exploration(name, trace, traces[0]) for trace in traces}
    broken = found[traces[0].label]
    if len(traces) > MAX_COLUMNS and all(each.schedules == 1 for each in found.values()):
        return f"{ALWAYS} Each version has a single possible order:\n\n{_outcomes(found)}"
    answer = ALWAYS if broken.failures == broken.schedules else SOMETIMES
    return "\n".join([answer, "", *map(_finding, found.values())])


def _exploration(name: str, trace: Trace, first_version: Trace) -> Exploration:
    chosen = experiment(name if trace.variant == first_version.variant else f"{name}:{trace.variant}")
    return explore(chosen, make_bus("awaited", chosen.bus))


def _finding(found: Exploration) -> str:
    """Return what the explorer prints about a version, and the game if the reader can both win and lose it."""
    replay = [f"eventdemo replay {token}" for token in _failing(found)]
    text = fenced("text", "\n\n".join([coverage(found), histogram(found), *replay]))
    return text + (f"\n{be_the_event_loop(found.experiment.name)}" if found.failing and found.schedules > 1 else "")


def _outcomes(found: dict[str, Exploration]) -> str:
    """Return a table of versions that have one schedule each."""
    outcomes = {version: histogram(each).strip().removeprefix("1").strip() for version, each in found.items()}
    rows = (
        f"| `{version}` | {outcomes[version]} {' '.join(map(replay_it_here, _failing(each)))} |"
        for version, each in found.items()
    )
    return "\n".join(["| version | outcome |", "|---|---|", *rows]) + "\n"


def _failing(found: Exploration) -> list[str]:
    return [token_of(found, found.failing, "awaited")] if found.failing else []


def _proofs(name: str) -> str:
    own = f"tests/pitfalls/test_{name.replace('-', '_')}.py"
    named = [f"`{own}`"] if (ROOT / own).exists() else []
    general = "tests/pitfalls/test_every_pitfall.py"
    named += [
        f"`{general}::{test}`"
        for test in ("test_a_broken_version_fails_in_some_schedule", "test_a_fixed_version_fails_in_no_schedule")
    ]
    return "\n".join(f"- {proof}" for proof in named)
