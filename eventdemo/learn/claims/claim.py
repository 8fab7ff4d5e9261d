"""One claim of the article: verdict, what really happens, and the evidence, without which it cannot be listed.

A claim shows a Node probe, or says why there is none, and a Python test, or says how Python differs.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

PROBES = "tests/conformance/claims"
"""Where the probes are in the repo, and beside them, in `outputs`, what they printed."""


class ClaimError(ValueError):
    """The ledger holds something that it must not hold."""


class UnknownClaimError(LookupError):
    """There is no claim of this number."""


class ClaimVerdict(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    LIMIT = "with a limit"
    NOT = "does not hold"
    VERSION = "depends on version"
    OPEN = "not in the article"
    """A question that the article leaves open and a reader will meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is said, what is true of it, and how one can see that.

    A claim always has evidence on both sides, so that nobody has to believe a verdict.
    """

    number: int
    section: str
    claim: str
    verdict: ClaimVerdict
    really: str
    probes: Sequence[str] = ()
    """Names of Node scripts, without their ending."""
    unprobed: str = ""
    """Why there is nothing to measure in Node."""
    tests: Sequence[str] = ()
    """Ids of Python tests that show the same, or our answer to it."""
    here: str = ""
    """How Python or eventdemo differs."""
    commands: Sequence[str] = ()
    """Commands that show it."""

    def __post_init__(self) -> None:
        """Refuse a claim without evidence."""
        for lacking, what in (
            (not self.claim or not self.really, "what is claimed and what really happens"),
            (bool(self.probes) is bool(self.unprobed), "either its probes or why there is none"),
            (not self.tests and not self.here, "a Python test or how Python differs"),
        ):
            if lacking:
                raise ClaimError(f"Claim {self.number} has to say {what}.")

    @property
    def scripts(self) -> list[str]:
        """Return the paths of the probes in the repo."""
        return [f"{PROBES}/{probe}.js" for probe in self.probes]

    @property
    def outputs(self) -> list[str]:
        """Return the paths of what the probes printed."""
        return [f"{PROBES}/outputs/{probe}.txt" for probe in self.probes]


def read(data: Mapping[str, Any]) -> dict[int, Claim]:
    """Return the claims of a parsed ledger by number; numbers ascend, so that none occurs twice."""
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
    """Return the claim of a number."""
    if (found := _ledger().get(number)) is None:
        raise UnknownClaimError(f"There is no claim {number}: choose from {min(_ledger())} to {max(_ledger())}.")
    return found
