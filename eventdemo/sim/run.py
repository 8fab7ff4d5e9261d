"""Running a scenario under a strategy: seed in, trace out.

Same scenario, same strategy, same users, same seed: the same trace, byte for byte.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

from eventdemo import clock
from eventdemo.sim.metrics import metrics_of, rounded
from eventdemo.sim.scenarios import scenario
from eventdemo.sim.virtual_time import VirtualClock, VirtualLoop, run_in
from eventdemo.trace import Check, Stall, Trace

if TYPE_CHECKING:
    from eventdemo.sim.instance import Watch
    from mock_services import Company, FaultPlan

SEED = 7
SPANS_OF_EMITS = 1000


def simulate(
    name: str,
    *,
    strategy: str = "awaited",
    variant: str = "",
    users: int | None = None,
    seed: int = SEED,
    faults: "FaultPlan | None" = None,
    spans_of_emits: int = SPANS_OF_EMITS,
) -> Trace:
    """Play a scenario in virtual time and return its history.

    `variant` is for a pitfall: which version of it, by default the broken one. `users` defaults to the scenario's own
    number, `faults` to an ordinary day or what the pitfall needs. The spans of the first `spans_of_emits` emits are
    kept; ledger and metrics count everything, in memory that does not grow.
    """
    from eventdemo.sim.acts import act_of  # here, because the parts of a backend take a second to import
    from eventdemo.sim.instance import staged
    from mock_services import Company, FaultPlan

    chosen = scenario(name)
    act = act_of(name, strategy, variant)
    virtual = VirtualClock()
    loop = VirtualLoop(virtual)
    loop.set_exception_handler(lambda *_: None)  # a failure that nobody sees is in the ledger
    company = Company(chosen.users if users is None else users, seed, vendor_share=0)
    plan = faults or act.faults or FaultPlan.realistic()

    async def play() -> Trace:
        pace = act.query_time(seed)
        with staged(act.make_bus(), company, plan, seed=seed, keep=spans_of_emits, query_time=pace) as (stage, watch):
            checks = await act.play(stage, Random(seed))  # noqa: S311 - chance, not secrecy
            await stage.bus.drain()
            header = {"scenario": name, "strategy": strategy, "variant": act.variant, "seed": seed}
            return _trace(header, company, watch, loop, checks)

    with clock.use(virtual), _quiet():
        return run_in(loop, play())


def _trace(
    header: dict[str, Any], company: "Company", watch: "Watch", loop: VirtualLoop, checks: tuple[Check, ...]
) -> Trace:
    return Trace(
        **header,
        users=company.users,
        emitted=watch.ledger.emits,
        deliveries=watch.ledger.deliveries,
        ledger=watch.ledger.counts(),
        balanced=watch.ledger.balanced,
        metrics=metrics_of(watch.stopwatch, watch.calls, loop.longest_stall),
        spans=watch.recorder.spans(),
        spans_of_emits=watch.recorder.emits_kept,
        stalls=tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls),
        checks=checks,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep logged failures off the terminal: a run of five strategies logs hundreds, and the ledger has them all."""
    log = logging.getLogger("eventdemo")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
