"""The scenarios, as data: a name, what one sees in it, how many users it has. `plays.py` is what the people do."""

from dataclasses import dataclass
from difflib import get_close_matches


class UnknownScenarioError(ValueError):
    """There is no such scenario."""


class UnknownVariantError(ValueError):
    """The scenario has no such version."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that happens to the backend."""

    name: str
    summary: str
    users: int
    """How many people take part if nobody says otherwise."""


_PATTERNS = (
    Scenario("logout", "people log out; two listeners clean up behind each", 25),
    Scenario("lifecycle", "users are created, changed and deleted; hooks react to each", 25),
    Scenario("sync-profile", "five callers ask for a sync that chains into three listeners", 25),
    Scenario("approval", "people log in and approve tasks; each approval leaves a line in an audit trail", 25),
    Scenario("fan-out", "the poll emits once per employee; three listeners call Oracle and Yardi", 500),
)
_PITFALLS = (Scenario("logout-race", "one logout listener empties the rows that the other still has to read", 25),)
PATTERNS = {scenario.name: scenario for scenario in _PATTERNS}
"""The article's backend, the sound way: a comparison has a column for each strategy."""
PITFALLS = {scenario.name: scenario for scenario in _PITFALLS}
"""Hazards: a comparison has a column for the broken version and one for each repair. See `eventdemo/pitfalls`."""
SCENARIOS = PATTERNS | PITFALLS


def scenario(name: str) -> Scenario:
    """Return a scenario by its name."""
    if name not in SCENARIOS:
        close = get_close_matches(name, SCENARIOS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "`eventdemo scenarios` lists them."
        raise UnknownScenarioError(f"There is no scenario {name!r}: {hint}")
    return SCENARIOS[name]
