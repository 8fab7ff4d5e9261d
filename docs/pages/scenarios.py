"""The page that lists the scenarios: what can be run, and where it is explained."""

from collections.abc import Iterator, Mapping

from docs.pages.page import Page
from eventdemo.simulate import PATTERNS, PITFALLS, Scenario


def pages() -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        "reference/scenarios.md",
        f"""# Scenarios

What `eventdemo run`, `compare` and `explore` can play. The people and their devices are invented; the code that they
meet is the article's backend.

## Patterns

A comparison has one column for each strategy.

{_table(PATTERNS, "../patterns")}

## Pitfalls

A comparison has the broken version beside its repairs.

{_table(PITFALLS, "../pitfalls")}
""",
    )


def _table(scenarios: Mapping[str, Scenario], folder: str) -> str:
    rows = (f"| [`{s.name}`]({folder}/{s.name}.md) | {s.users} | {s.summary} |" for s in scenarios.values())
    return "| scenario | people | what happens |\n|---|---:|---|\n" + "\n".join(rows)
