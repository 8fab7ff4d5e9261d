"""Promised, FIFO, luck or never: what becomes of a claim when every schedule is tried."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from eventdemo.core.bus import EventBus
from eventdemo.explore import Exploration, explore, make_bus
from eventdemo.explore.guarantees.guarantee import Guarantee
from eventdemo.explore.report import token_of
from eventdemo.explore.token import Token


class Verdict(StrEnum):
    """What a claim about order is worth."""

    PROMISED = "promised"
    """It holds in every schedule, even if any task that is ready may run next."""
    FIFO = "FIFO"
    """It holds because asyncio runs what is ready first in, first out: in another order of the same tasks it fails."""
    LUCK = "luck"
    """Some order in which waits can end refutes it: it holds until a latency changes."""
    NEVER = "never"
    """No order in which waits can end makes it hold."""
    OPEN = "open"
    """Too many schedules to run all of them, and none of those that were run refutes it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict under one strategy, and what it rests on."""

    guarantee: Guarantee
    strategy: str
    verdict: Verdict
    proof: str
    schedules: int
    """How many schedules were run for this verdict; `complete` tells whether these are all."""
    complete: bool
    token: Token | None
    """Replays a schedule that refutes the claim, unless none does."""


def judge(guarantee: Guarantee, strategy: str, new_bus: Callable[[], EventBus] | None = None) -> Judgement:
    """Try every schedule; first those that asyncio has, then those with any ready task next."""
    buses = new_bus or make_bus(strategy, guarantee.experiment.bus)
    fifo = explore(guarantee.experiment, buses)
    if fifo.failing is not None:
        verdict = Verdict.NEVER if fifo.complete and fifo.failures == fifo.schedules else Verdict.LUCK
        return _judgement(guarantee, strategy, verdict, fifo, _failed(fifo))
    wide = explore(guarantee.experiment, buses, ready="any")
    if wide.failing is not None and fifo.complete:
        proof = f"holds in {_number(fifo)}, but fails in {wide.failures:,} of {wide.schedules:,} with any order"
        return _judgement(guarantee, strategy, Verdict.FIFO, wide, proof)
    if wide.complete:
        return _judgement(guarantee, strategy, Verdict.PROMISED, wide, f"holds in {_number(wide)} with any order")
    proof = f"no counterexample in {wide.schedules:,} schedules, which are not all"
    return _judgement(guarantee, strategy, Verdict.OPEN, wide, proof)


def _judgement(guarantee: Guarantee, strategy: str, verdict: Verdict, found: Exploration, proof: str) -> Judgement:
    token = token_of(found, found.failing, strategy) if found.failing is not None else None
    return Judgement(guarantee, strategy, verdict, proof, found.schedules, found.complete, token)


def _failed(found: Exploration) -> str:
    if found.complete and found.failures == found.schedules:
        return f"fails in {_number(found)}"
    return f"fails in {found.failures:,} of {found.schedules:,} schedules" + ("" if found.complete else ", not all")


def _number(found: Exploration) -> str:
    if not found.complete:
        return f"{found.schedules:,} schedules, which are not all"
    return "the only schedule" if found.schedules == 1 else f"all {found.schedules:,} schedules"
