"""The verdict on a claim about order, computed by running every schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from eventdemo.core.bus import EventBus
from eventdemo.explore import Exploration, explore, make_bus
from eventdemo.explore.guarantees.guarantee import Guarantee
from eventdemo.explore.replay import Token
from eventdemo.explore.report import token_of


class GuaranteeVerdict(StrEnum):
    """What a claim about order is worth."""

    GUARANTEED = "guaranteed"
    """It holds in every schedule, even if any ready task may run next."""
    SCHEDULER_DEPENDENT = "scheduler-dependent"
    """It holds in every order of waits, but only because asyncio's ready queue is FIFO."""
    RACE = "race"
    """Some order of waits refutes it, so it depends on latencies."""
    FAILS = "fails in every schedule"
    OPEN = "open"
    """There are too many schedules to run all of them, and none of those that ran refutes it."""

    @property
    def slug(self) -> str:
        """The verdict as one word: `fails` for `fails in every schedule`."""
        return self.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict under one strategy, and its evidence."""

    guarantee: Guarantee
    strategy: str
    verdict: GuaranteeVerdict
    proof: str
    schedules: int
    """How many schedules ran for this verdict; `complete` says whether these are all."""
    complete: bool
    token: Token | None
    """Replays a schedule that refutes the claim, if there is one."""


def judge(guarantee: Guarantee, strategy: str, new_bus: Callable[[], EventBus] | None = None) -> Judgement:
    """Run every schedule with a FIFO ready queue, then every schedule with any ready task next."""
    buses = new_bus or make_bus(strategy, guarantee.experiment.bus)
    fifo = found = explore(guarantee.experiment, buses, ready="fifo")
    if fifo.refuted:
        verdict, proof = _verdict_in_fifo_order(fifo)
    else:
        found = explore(guarantee.experiment, buses, ready="any")
        verdict, proof = _verdict_in_any_order(fifo, found)
    token = token_of(found, found.failing, strategy) if found.failing is not None else None
    return Judgement(guarantee, strategy, verdict, proof, found.schedules, found.complete, token)


def _verdict_in_fifo_order(fifo: Exploration) -> tuple[GuaranteeVerdict, str]:
    if fifo.complete and fifo.failures == fifo.schedules:
        return GuaranteeVerdict.FAILS, f"fails in {_schedules(fifo)}"
    not_all = "" if fifo.complete else ", not all"
    return GuaranteeVerdict.RACE, f"fails in {fifo.failures:,} of {fifo.schedules:,} schedules{not_all}"


def _verdict_in_any_order(fifo: Exploration, any_order: Exploration) -> tuple[GuaranteeVerdict, str]:
    if any_order.refuted and fifo.complete:
        failures = f"{any_order.failures:,} of {any_order.schedules:,} with any ready task next"
        return GuaranteeVerdict.SCHEDULER_DEPENDENT, f"holds in {_schedules(fifo)}, but fails in {failures}"
    if any_order.complete:
        return GuaranteeVerdict.GUARANTEED, f"holds in {_schedules(any_order)}, with any ready task next"
    return GuaranteeVerdict.OPEN, f"no counterexample in {any_order.schedules:,} schedules, which are not all"


def _schedules(found: Exploration) -> str:
    if not found.complete:
        return f"{found.schedules:,} schedules, which are not all"
    return "the only schedule" if found.schedules == 1 else f"all {found.schedules:,} schedules"
