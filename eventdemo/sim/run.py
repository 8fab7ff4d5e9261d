"""Running a scenario under a strategy: seed in, trace out.

Same scenario, same strategy, same users, same seed: the same trace, byte for byte.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

from eventdemo import clock
from eventdemo.sim.metrics import metrics_of, rounded
from eventdemo.sim.scenarios import scenario
from eventdemo.sim.strategies import strategy as _strategy
from eventdemo.sim.virtual_time import VirtualClock, VirtualLoop, run_in
from eventdemo.trace import Stall, Trace

if TYPE_CHECKING:
    from eventdemo.sim.instance import Instance
    from mock_services import FaultPlan

SEED = 7
SPANS_OF_EMITS = 1000


def simulate(
    name: str,
    *,
    strategy: str = "awaited",
    users: int | None = None,
    seed: int = SEED,
    faults: "FaultPlan | None" = None,
    spans_of_emits: int = SPANS_OF_EMITS,
) -> Trace:
    """Play a scenario in virtual time and return its history.

    `users` defaults to the scenario's own number, `faults` to an ordinary day. The spans of the first `spans_of_emits`
    emits are kept; ledger and metrics count everything, in memory that does not grow.
    """
    from eventdemo.sim.instance import instance  # here, because the parts of a backend take a second to import
    from eventdemo.sim.plays import PLAYS
    from mock_services import Company, FaultPlan

    make_bus = _strategy(strategy)
    chosen = scenario(name)
    users = chosen.users if users is None else users
    virtual = VirtualClock()
    loop = VirtualLoop(virtual)
    loop.set_exception_handler(lambda *_: None)  # a failure that nobody sees is in the ledger

    async def play() -> Trace:
        plan = FaultPlan.realistic() if faults is None else faults
        with instance(make_bus(), Company(users, seed, vendor_share=0), plan, seed=seed, keep=spans_of_emits) as played:
            await PLAYS[name](played, Random(seed))  # noqa: S311 - chance, not secrecy
            await played.backend.bus.drain()
            return _trace(played, loop, name, strategy, seed)

    with clock.use(virtual), _quiet():
        return run_in(loop, play())


def _trace(played: "Instance", loop: VirtualLoop, name: str, strategy: str, seed: int) -> Trace:
    return Trace(
        scenario=name,
        strategy=strategy,
        seed=seed,
        users=played.company.users,
        emitted=played.ledger.emits,
        deliveries=played.ledger.deliveries,
        ledger=played.ledger.counts(),
        balanced=played.ledger.balanced,
        metrics=metrics_of(played.watch, played.calls, loop.longest_stall),
        spans=played.recorder.spans(),
        spans_of_emits=played.recorder.emits_kept,
        stalls=tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls),
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
