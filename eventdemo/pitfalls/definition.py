"""A pitfall: a claim that looks safe, and versions of a small program for which it holds or fails.

A program runs on a `Stage`: an instance's bus, store and services. It may start more instances. The stage decides how
time passes and in which order waits end, so the same program can be simulated, drawn and explored.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # else the command line could not list the pitfalls at once
    from eventdemo.core.bus import EventBus
    from eventdemo.instances.stage import Stage
    from mock_services import FaultPlan

BROKEN, REPAIRED = "broken", "repaired"
Program = Callable[["Stage"], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One version of a pitfall's program."""

    name: str
    program: Program
    """Runs on a stage, and returns the outcome as a sentence: the pitfall's claim if it held."""
    holds: bool = True
    """Whether the claim holds in every schedule; if not, it fails in at least one."""
    bus: "type[EventBus] | None" = None
    """The kind of bus, if the bus is at fault; else the strategy decides."""


@dataclass(frozen=True, slots=True)
class Pitfall:
    """A hazard, and what fixes it."""

    name: str
    claim: str
    """What should be true at the end, as a sentence. A different outcome refutes it."""
    variants: tuple[Variant, ...]
    """The first one is broken, and is the default."""
    faults: "FaultPlan | None" = None
    """The faults that the pitfall needs; by default those of an ordinary day."""
    users_explored: int = 1
    """How many users take part in an exploration of all schedules: at most four."""
    users: int = 25
    """How many users take part in a simulation."""


def pair(
    name: str,
    claim: str,
    broken: Program,
    repaired: Program,
    *others: Variant,
    bus: "type[EventBus] | None" = None,
    faults: "FaultPlan | None" = None,
    users_explored: int = 1,
    users: int = 25,
) -> Pitfall:
    """Return a pitfall with a broken version, which may need its own kind of `bus`, a fixed one, and others."""
    versions = (Variant(BROKEN, broken, holds=False, bus=bus), Variant(REPAIRED, repaired), *others)
    return Pitfall(name, claim, versions, faults, users_explored, users)
