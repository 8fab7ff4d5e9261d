"""The page that lists the scenarios, with links to their explanations."""

from collections.abc import Iterator, Mapping

from docs.pages.page import Page
from eventdemo.simulate import PATTERNS, PITFALLS, Scenario


def pages() -> Iterator[Page]:
    yield Page(
        "reference/scenarios.md",
        f"""# Scenarios

These are the scenarios that you can `run`, `compare` and `explore`. The users and their devices are invented; the
code is the article's backend.

## Patterns

A comparison has one column for each strategy.

{_table(PATTERNS, "../patterns")}

## Pitfalls

A comparison has one column for the broken version, and one for each fix.

{_table(PITFALLS, "../pitfalls")}
""",
    )


def _table(scenarios: Mapping[str, Scenario], folder: str) -> str:
    rows = (f"| [`{s.name}`]({folder}/{s.name}.md) | {s.users} | {s.summary} |" for s in scenarios.values())
    return "| scenario | users | what happens |\n|---|---:|---|\n" + "\n".join(rows)
