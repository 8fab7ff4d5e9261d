"""The claims ledger: the claims of the article, checked against the real libraries, with evidence for each verdict.

`claims.toml` is the data. Every claim needs a Node probe, or the reason why there is none, and a Python test.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

PROBES = "tests/conformance/claims"
"""The folder of the probes in the repo; their printed results are in `outputs` inside it."""


class UnknownNumberError(LookupError):
    """An unknown number of a claim."""


class ClaimVerdict(StrEnum):
    """The verdict on a claim."""

    HOLDS = "holds"
    LIMIT = "with caveats"
    NOT = "does not hold"
    VERSION = "depends on version"
    OPEN = "not in the article"
    """The article leaves the question open, but readers will meet it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleClaim:
    """What the article says, what really happens, and the evidence.

    Every claim has evidence from Node and from Python, so that readers can check its verdict.
    """

    number: int
    section: str
    claim: str
    verdict: ClaimVerdict
    really: str
    probes: Sequence[str] = ()
    """Names of Node scripts, without their suffix."""
    unprobed: str = ""
    """Why there is no probe."""
    tests: Sequence[str] = ()
    """Ids of Python tests that show the same behaviour, or our alternative."""
    here: str = ""
    """How Python or eventdemo differs."""
    commands: Sequence[str] = ()
    """Commands that show it."""

    @property
    def scripts(self) -> list[str]:
        return [f"{PROBES}/{probe}.js" for probe in self.probes]

    @property
    def outputs(self) -> list[str]:
        """The paths of the printed results of the probes."""
        return [f"{PROBES}/outputs/{probe}.txt" for probe in self.probes]


@cache
def claims() -> Sequence[ArticleClaim]:
    """Return all claims, in the order of their numbers."""
    data = tomllib.loads(files("eventdemo.learn").joinpath("claims.toml").read_text("utf-8"))
    return [
        ArticleClaim(section=section["title"], **entry | {"verdict": ClaimVerdict(entry["verdict"])})
        for section in data["section"]
        for entry in section["claim"]
    ]


def claim(number: int) -> ArticleClaim:
    """Return a claim by its number."""
    if not 1 <= number <= len(claims()):
        raise UnknownNumberError(f"There is no claim {number}: choose from 1 to {len(claims())}.")
    return claims()[number - 1]
