"""What a run plays on its stage: a pattern's scenario on the whole backend, or one version of a pitfall.

Either way it is an `Act`, and `run.py` knows no difference.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from eventdemo.bus import EventBus
from eventdemo.pitfalls import Pitfall, Stage, Variant, pitfall
from eventdemo.sim.instance import Instance, QueryTime, steady, uneven
from eventdemo.sim.plays import PLAYS
from eventdemo.sim.scenarios import PITFALLS, UnknownVariantError
from eventdemo.sim.strategies import strategy as bus_of
from eventdemo.trace import Check
from eventdemo.wiring import build
from mock_services import FaultPlan

Checks = tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What to play, on which kind of bus, and what was to be true at the end."""

    variant: str
    make_bus: Callable[[], EventBus]
    play: Callable[[Stage, Random], Awaitable[Checks]]
    query_time: Callable[[int], QueryTime]
    """How long queries take, by seed."""
    faults: FaultPlan | None = None


def act_of(name: str, strategy: str, variant: str = "") -> Act:
    """Return what a scenario plays, under a strategy; of a pitfall, on a bus that accepts any name."""
    if name not in PITFALLS:
        if variant:
            raise UnknownVariantError(f"The scenario {name!r} has no variants: only pitfalls have.")
        return Act("", bus_of(strategy), partial(_on_the_backend, name), lambda _: steady)
    chosen = pitfall(name)
    played = version_of(chosen, variant)
    return Act(
        played.name,
        played.bus or bus_of(strategy, strict=False),
        partial(_alone, played, chosen.claim),
        uneven,
        chosen.faults,
    )


async def _on_the_backend(name: str, stage: Stage, chance: Random) -> Checks:
    backend = build(stage.bus, stage.store, stage.http)
    await PLAYS[name](Instance(backend, stage.company), chance)
    return ()


async def _alone(variant: Variant, claim: str, stage: Stage, _: Random) -> Checks:
    found = await variant.play(stage)
    return (Check(claim=claim, holds=found == claim, found=found),)


def version_of(chosen: Pitfall, variant: str = "") -> Variant:
    """Return a version of a pitfall by its name; without one, the first, which is a broken one."""
    if not variant:
        return chosen.variants[0]
    if (played := next((each for each in chosen.variants if each.name == variant), None)) is None:
        known = ", ".join(each.name for each in chosen.variants)
        raise UnknownVariantError(f"The pitfall {chosen.name!r} has no variant {variant!r}: choose from {known}.")
    return played


def variants_of(name: str) -> tuple[str, ...]:
    """Return the versions of a pitfall, a broken one first; a scenario of a pattern has none."""
    return tuple(each.name for each in pitfall(name).variants) if name in PITFALLS else ()
