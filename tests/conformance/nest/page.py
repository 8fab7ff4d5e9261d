"""The page `docs/reference/nest-async-flag.md`, made from the data: `python -m tests.conformance.nest.page`."""

import json
from itertools import groupby
from pathlib import Path

from eventdemo.learn.nest_options import GOES_TO, starts

ROOT = Path(__file__).parents[3]
DATA = ROOT / "eventdemo/learn/nest_options.json"
PAGE = ROOT / "docs/reference/nest-async-flag.md"
OUTCOME = ("called", "inline", "waits", "value", "emit_async_fails", "emit_fails")

INTRODUCTION = """# The async flag of Nest

`emitAsync` waits for an async listener that has `{{ async: false }}` or no option, and doesn't wait for one that has
`{{ async: true }}`. On a singleton provider, that is so in every version. This page shows what the options of
`@OnEvent` and of EventEmitter2's own `on` do, option by option and version by version.
[async-flag](../pitfalls/async-flag.md) shows what goes wrong if you read the flag the other way round.

We measured the real packages with {node}. The results are in `eventdemo/learn/nest_options.json`, and a test compares
this page with them. `python -m tests.conformance.nest.measure` installs all {count} versions into a cache folder,
measures again and writes this page.

How to read the tables:

- The listener *starts* inside the call of `emitAsync`, on a later turn, or never.
- `emitAsync` *waits* if the listener has finished when the promise settles.
- *Its value* is what `emitAsync` returns for the listener.
- The last columns say where the error goes if the listener rejects, after `emitAsync` and after `emit`. An
  unhandledRejection ends the process, unless you handle it.
"""


def page(data):
    """Return the text of the page."""
    parts = [
        INTRODUCTION.format(node=f"Node {data['node'].removeprefix('v')}", count=len(data["versions"])),
        "## `@OnEvent` on a singleton provider\n",
        *nest_table(data, "singleton"),
        "\n## `@OnEvent` on a request-scoped provider\n",
        "Or on a provider that injects a request-scoped one. Versions up to 1.2.0 don't register it at all.\n",
        *nest_table(data, "request"),
        f"\n## EventEmitter2 {data['eventemitter2']} without Nest\n",
        f"Here it matters how you write the listener, and what TypeScript {data['typescript']} compiles it to.\n",
        *raw_table(data, "on"),
        "\nBelow, `once` with the same options. A listener that *stays* is called by every later emit too.\n",
        *raw_table(data, "once"),
        "\n## The versions\n",
        "| @nestjs/event-emitter | Nest | eventemitter2 |",
        "|---|---|---|",
        *(f"| {v['event-emitter']} | {v['nest']} | {v['eventemitter2']} |" for v in data["versions"]),
    ]
    return "\n".join(parts) + "\n"


def nest_table(data, scope):
    """Return the table of one scope. Options that behave the same in all versions share their rows."""
    order = [version["event-emitter"] for version in data["versions"]]
    alike = {}
    for options, rows in groupby((r for r in data["nest_rows"] if r["scope"] == scope), key=lambda r: r["options"]):
        outcomes = tuple((tuple(row["versions"]), tuple(row[key] for key in OUTCOME)) for row in rows)
        alike.setdefault(outcomes, []).append(options)
    yield "| options | versions | starts | `emitAsync` waits | its value | error: `emitAsync` | error: `emit` |"
    yield "|---|---|---|---|---|---|---|"
    for outcomes, options in alike.items():
        for versions, (called, inline, waits, value, fails, emit_fails) in outcomes:
            errors = (GOES_TO[fails], GOES_TO[emit_fails]) if called else ("-", "-")
            cells = [
                code(options),
                span(versions, order),
                starts(called, inline),
                yes(waits),
                f"`{value}`" if value else "-",
                *errors,
            ]
            yield f"| {' | '.join(cells)} |"


def raw_table(data, way):
    """Return the table of `on` or `once`. Options and listeners that behave the same share a row."""
    by_options = {}
    for row in (row for row in data["raw_rows"] if row["way"] == way):
        outcome = tuple(row[key] for key in ("called", "inline", "waits", "fails", "stays"))
        by_options.setdefault(row["options"], {}).setdefault(outcome, []).append(row["listener"])
    alike = {}
    for options, outcomes in by_options.items():
        alike.setdefault(tuple((o, tuple(listeners)) for o, listeners in outcomes.items()), []).append(options)
    last = " stays |" if way == "once" else ""
    yield f"| options | listener | starts | `emitAsync` waits | error: `emitAsync` |{last}"
    yield "|---|---|---|---|---|" + ("---|" if last else "")
    for outcomes, options in alike.items():
        for (called, inline, waits, fails, stays), listeners in outcomes:
            who = "every" if len(outcomes) == 1 else ", ".join(listeners)
            cells = [code(options), who, starts(called, inline), yes(waits), GOES_TO[fails] if called else "-"]
            yield f"| {' | '.join(cells + ([yes(stays)] if last else []))} |"


def code(options):
    """Return options as you write them in TypeScript."""
    written = [o.replace('"', "").replace(":", ": ").replace(",", ", ") for o in options]
    return ", ".join("none" if o == "none" else f"`{o}`" for o in written)


def span(versions, order):
    """Return versions as ranges: `1.0.0 to 2.0.0, 2.0.2`."""
    if list(versions) == order:
        return "all"
    runs = []
    for version in versions:
        if runs and order.index(version) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def yes(value):
    return "yes" if value else "no"


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(DATA.read_text("utf-8"))), "utf-8")
