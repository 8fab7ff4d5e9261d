"""What a pitfall is: a claim that looks safe, and versions of a small program that do and do not keep it.

A program is played on a `Stage`: an instance's bus, store and services. It may start more instances. Who sets the stage
decides how time passes and in which order waits end, so the same program is simulated, drawn and explored.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from eventdemo.core.bus import EventBus
from eventdemo.instances.stage import Stage
from mock_services import FaultPlan

BROKEN, REPAIRED = "broken", "repaired"


Program = Callable[[Stage], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One version of a pitfall's program."""

    name: str
    program: Program
    """Runs it on a stage, and returns in words how it ended; a pitfall's claim, if it was kept."""
    holds: bool = True
    """Whether it ends as claimed in every order; if not, there is one in which it does not."""
    bus: type[EventBus] | None = None
    """The kind of bus it runs on, if the bus is what is wrong; else the strategy's."""


@dataclass(frozen=True, slots=True)
class Pitfall:
    """A hazard, and what avoids it."""

    name: str
    claim: str
    """What ought to be true at the end, as a sentence: an outcome that differs from it refutes it."""
    variants: tuple[Variant, ...]
    """A broken one comes first: it is what is meant if nobody says which."""
    faults: FaultPlan | None = None
    """How the services behave, if the pitfall needs them to misbehave; else an ordinary day."""
    users_explored: int = 1
    """How many take part where every order is tried: at most four."""


def pair(
    name: str,
    claim: str,
    broken: Program,
    repaired: Program,
    *,
    faults: FaultPlan | None = None,
    users_explored: int = 1,
) -> Pitfall:
    """Return a pitfall that has one broken and one repaired version."""
    versions = (Variant(BROKEN, broken, holds=False), Variant(REPAIRED, repaired))
    return Pitfall(name, claim, versions, faults, users_explored)
