"""The page `docs/reference/nest-async-flag.md`, made from `options.json`: `python -m tests.conformance.nest.page`."""

import json
from itertools import groupby
from pathlib import Path

DATA = Path(__file__).with_name("options.json")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "nest-async-flag.md"
OUTCOME = ("called", "inline", "waits", "value", "emit_async_fails", "emit_fails")
LEARNS = {
    "emitter": "the emitter",
    "log": "the log",
    "process": "nobody: unhandledRejection",
    "nobody": "nobody",
}

INTRODUCTION = """# The async flag of Nest

What the options of `@OnEvent` and of EventEmitter2's own `on` do to an async listener, option by version. The article's
`{{ async: false }}` waits and its `{{ async: true }}` does not, in every version, on a provider that is a singleton.

All of it was measured on the real packages, with {node}, and is kept in `tests/conformance/nest/options.json`.
`python -m tests.conformance.nest.measure` installs all {count} versions into a cache folder, measures again and writes
this page; a test compares the page with the data.

How to read the tables: the listener starts *inside* the call of `emitAsync`, on a *later* turn, or *never*.
`emitAsync` *waits* if the listener has ended when its promise settles. The last columns say who learns that the
listener rejected, after `emitAsync` and after `emit`.
"""


def page(data):
    """Return the text of the page."""
    parts = [
        INTRODUCTION.format(node=f"Node {data['node'].removeprefix('v')}", count=len(data["versions"])),
        "## `@OnEvent` on a singleton provider\n",
        *nest_table(data, "singleton"),
        "\n## `@OnEvent` on a request-scoped provider\n",
        "Or on one that injects something request-scoped. Versions up to 1.2.0 do not register it at all.\n",
        *nest_table(data, "request"),
        f"\n## EventEmitter2 {data['eventemitter2']} without Nest\n",
        f"Here it matters how the listener is written, and what TypeScript {data['typescript']} makes of it.\n",
        *raw_table(data, "on"),
        "\n`once` with the same options. A listener that *stays* is called by every later emit too.\n",
        *raw_table(data, "once"),
        "\n## The versions\n",
        "| @nestjs/event-emitter | Nest | eventemitter2 |",
        "|---|---|---|",
        *(f"| {v['event-emitter']} | {v['nest']} | {v['eventemitter2']} |" for v in data["versions"]),
    ]
    return "\n".join(parts) + "\n"


def nest_table(data, scope):
    """Return a table of one scope: options that behave alike in all versions share their rows."""
    order = [version["event-emitter"] for version in data["versions"]]
    alike = {}
    for options, rows in groupby((r for r in data["nest_rows"] if r["scope"] == scope), key=lambda r: r["options"]):
        outcomes = tuple((tuple(row["versions"]), tuple(row[key] for key in OUTCOME)) for row in rows)
        alike.setdefault(outcomes, []).append(options)
    yield "| options | versions | starts | `emitAsync` waits | its value | rejects: `emitAsync` | rejects: `emit` |"
    yield "|---|---|---|---|---|---|---|"
    for outcomes, options in alike.items():
        for versions, (called, inline, waits, value, fails, emit_fails) in outcomes:
            learns = (LEARNS[fails], LEARNS[emit_fails]) if called else ("-", "-")
            cells = [
                code(options),
                span(versions, order),
                starts(called, inline),
                yes(waits),
                f"`{value}`" if value else "-",
                *learns,
            ]
            yield f"| {' | '.join(cells)} |"


def raw_table(data, way):
    """Return a table of `on` or `once`: options and listeners that behave alike share a row."""
    by_options = {}
    for row in (row for row in data["raw_rows"] if row["way"] == way):
        outcome = tuple(row[key] for key in ("called", "inline", "waits", "fails", "stays"))
        by_options.setdefault(row["options"], {}).setdefault(outcome, []).append(row["listener"])
    alike = {}
    for options, outcomes in by_options.items():
        alike.setdefault(tuple((o, tuple(listeners)) for o, listeners in outcomes.items()), []).append(options)
    last = " stays |" if way == "once" else ""
    yield f"| options | listener | starts | `emitAsync` waits | rejects: `emitAsync` |{last}"
    yield "|---|---|---|---|---|" + ("---|" if last else "")
    for outcomes, options in alike.items():
        for (called, inline, waits, fails, stays), listeners in outcomes:
            who = "every" if len(outcomes) == 1 else ", ".join(listeners)
            cells = [code(options), who, starts(called, inline), yes(waits), LEARNS[fails] if called else "-"]
            yield f"| {' | '.join(cells + ([yes(stays)] if last else []))} |"


def code(options):
    """Return options as they are written in the source."""
    written = [o.replace('"', "").replace(":", ": ").replace(",", ", ") for o in options]
    return ", ".join("none" if o == "none" else f"`{o}`" for o in written)


def span(versions, order):
    """Return versions as runs, each told by its ends."""
    if list(versions) == order:
        return "all"
    runs = []
    for version in versions:
        if runs and order.index(version) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def starts(called, inline):
    """Return when the listener starts."""
    return "never" if not called else "inside" if inline else "later"


def yes(value):
    """Return a truth as a word."""
    return "yes" if value else "no"


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(DATA.read_text("utf-8"))), "utf-8")
