"""One claim of the article: its verdict, what really happens, and the evidence.

Every claim needs a Node probe, or the reason why there is none, and a Python test.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

PROBES = "tests/conformance/claims"
"""The folder of the probes in the repo; their printed results are in `outputs` inside it."""


class ClaimError(ValueError):
    """An invalid entry of the ledger."""


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
class Claim:
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

    def __post_init__(self) -> None:
        for lacking, what in (
            (not self.claim or not self.really, "a claim and what really happens"),
            (bool(self.probes) is bool(self.unprobed), "either probes or the reason why there are none"),
            (not self.tests, "a Python test"),
        ):
            if lacking:
                raise ClaimError(f"Claim {self.number} needs {what}.")

    @property
    def scripts(self) -> list[str]:
        return [f"{PROBES}/{probe}.js" for probe in self.probes]

    @property
    def outputs(self) -> list[str]:
        """The paths of the printed results of the probes."""
        return [f"{PROBES}/outputs/{probe}.txt" for probe in self.probes]


def read(data: Mapping[str, Any]) -> dict[int, Claim]:
    """Return the claims of a parsed ledger by number; numbers must ascend, so none occurs twice."""
    found: dict[int, Claim] = {}
    for section in data["section"]:
        for entry in section["claim"]:
            try:
                made = Claim(section=section["title"], **entry | {"verdict": ClaimVerdict(entry["verdict"])})
            except (KeyError, TypeError, ValueError) as error:
                raise ClaimError(f"Claim {entry.get('number')}: {error}") from error
            if made.number <= max(found, default=0):
                raise ClaimError(f"Claim {made.number} comes after claim {max(found)}.")
            found[made.number] = made
    return found


@cache
def _ledger() -> Mapping[int, Claim]:
    return read(tomllib.loads(files("eventdemo.learn.claims").joinpath("claims.toml").read_text("utf-8")))


def claims() -> list[Claim]:
    """Return all claims, in the order of their numbers."""
    return list(_ledger().values())


def claim(number: int) -> Claim:
    """Return a claim by its number."""
    if (found := _ledger().get(number)) is None:
        raise UnknownNumberError(f"There is no claim {number}: choose from {min(_ledger())} to {max(_ledger())}.")
    return found
