"""The page that lists the scenarios, with links to their explanations."""

from collections.abc import Iterator

from docs.pages.page import Page
from eventdemo.pitfalls import pitfall
from eventdemo.simulate import PATTERNS, PITFALLS, SCENARIOS


def pages() -> Iterator[Page]:
    yield Page(
        "reference/scenarios.md",
        f"""# Scenarios

These are the scenarios that you can `run`, `compare` and `explore`. The users and their devices are invented; the
code is the article's backend.

## Patterns

A comparison has one column for each strategy.

{_table({name: scenario.users for name, scenario in PATTERNS.items()}, "../patterns")}

## Pitfalls

A comparison has one column for the broken version, and one for each fix.

{_table({name: pitfall(name).users for name in PITFALLS}, "../pitfalls")}
""",
    )


def _table(users: dict[str, int], folder: str) -> str:
    rows = (f"| [`{name}`]({folder}/{name}.md) | {number} | {SCENARIOS[name]} |" for name, number in users.items())
    return "| scenario | users | what happens |\n|---|---:|---|\n" + "\n".join(rows)
