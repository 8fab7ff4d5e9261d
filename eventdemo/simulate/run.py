"""Running a scenario under a strategy: seed in, trace out.

Same scenario, same strategy, same users, same seed, same conditions: the same trace, byte for byte.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eventdemo.core import clock
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.metrics import metrics_of, rounded
from eventdemo.simulate.scenarios import Scenario, scenario
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trace.conditions import Conditions, Crash, crashes_of, names_of
from eventdemo.trace.record import Check, Stall, Trace

if TYPE_CHECKING:
    from eventdemo.pitfalls import Pitfall
    from eventdemo.simulate.testbed import Probes
    from mock_services import FaultPlan
    from mock_services.faults import Service

SEED = 7
SERVICES: "dict[str, Service]" = {"oracle": "oracle_fusion", "yardi": "yardi", "fcm": "fcm"}
"""The names of the services on the command line, and those of the fakes."""
OWN = Scenario("", "a program of your own", 25)
SPANS_OF_EMITS = 1000


def simulate(
    name: "str | Pitfall",
    *,
    strategy: str = "awaited",
    variant: str = "",
    users: int | None = None,
    seed: int = SEED,
    instances: int = 1,
    crashes: Sequence[str | Crash] = (),
    kill_rate: float = 0.0,
    drain: bool = True,
    oracle: str | Sequence[str] = (),
    yardi: str | Sequence[str] = (),
    fcm: str | Sequence[str] = (),
    repairs: str | Sequence[str] = (),
    faults: "FaultPlan | None" = None,
    spans_of_emits: int = SPANS_OF_EMITS,
) -> Trace:
    """Play a scenario in virtual time and return its history.

    `name` is one that `eventdemo scenarios` lists, or a pitfall of your own, which 25 people play. `variant` is for a
    pitfall: which version of it, by default the broken one. `users` defaults to the scenario's own number, `faults` to
    an ordinary day or what the pitfall needs. The rest is what `Conditions` says; a crash may be written `A@2.5` or,
    with a restart, `A@2.5..4`. The spans of the first `spans_of_emits` emits are kept; ledger and metrics count
    everything, in memory that does not grow.
    """
    conditions = Conditions(
        instances=instances,
        crashes=crashes_of(crashes),
        kill_rate=kill_rate,
        drain=drain,
        oracle=names_of(oracle),
        yardi=names_of(yardi),
        fcm=names_of(fcm),
        repairs=names_of(repairs),
    )
    return simulate_under(
        conditions,
        name,
        strategy=strategy,
        variant=variant,
        users=users,
        seed=seed,
        faults=faults,
        spans_of_emits=spans_of_emits,
    )


def simulate_under(
    conditions: Conditions,
    name: "str | Pitfall",
    *,
    strategy: str = "awaited",
    variant: str = "",
    users: int | None = None,
    seed: int = SEED,
    faults: "FaultPlan | None" = None,
    spans_of_emits: int = SPANS_OF_EMITS,
) -> Trace:
    """Play a scenario under conditions that were put together before: the rest of `simulate`."""
    from eventdemo.simulate.program import program_of  # here, because the parts of a backend take a second to import
    from eventdemo.simulate.testbed import open_testbed
    from mock_services import Company, FaultPlan

    known = scenario(name) if isinstance(name, str) else OWN
    program = program_of(name, strategy, variant, conditions)
    plan = with_faults(faults or program.faults or FaultPlan.realistic(), conditions)
    company = Company(known.users if users is None else users, seed, vendor_share=0)
    virtual = VirtualClock()
    loop = KillableLoop(virtual)
    loop.set_exception_handler(lambda *_: None)  # a failure that nobody sees is in the ledger

    async def play() -> Trace:
        pace, far = program.query_time(seed), conditions.can_die
        with open_testbed(
            program.make_bus, company, plan, seed=seed, keep=spans_of_emits, query_time=pace, round_trips=far
        ) as testbed:
            checks = await program.run(testbed, seed)
            title = name if isinstance(name, str) else name.name
            header = {"scenario": title, "strategy": strategy, "variant": program.variant, "seed": seed}
            return _trace(header | {"users": company.users, "conditions": conditions}, testbed.probes, loop, checks)

    with clock.use(virtual), quiet():
        return run_in(loop, play())


def _trace(header: dict[str, Any], probes: "Probes", loop: KillableLoop, checks: tuple[Check, ...]) -> Trace:
    return Trace(
        **header,
        emitted=probes.ledger.emits,
        deliveries=probes.ledger.deliveries,
        ledger=probes.ledger.counts(),
        balanced=probes.ledger.balanced,
        metrics=metrics_of(probes.stopwatches, probes.calls, loop.longest_stall),
        spans=probes.buffer.frozen(),
        spans_of_emits=probes.buffer.emits_kept,
        stalls=tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls),
        outages=tuple(probes.buffer.outages),
        checks=checks,
    )


def with_faults(plan: "FaultPlan", conditions: Conditions) -> "FaultPlan":
    """Return the plan, changed by the faults that the conditions name for each service."""
    for name, service in SERVICES.items():
        for knob in getattr(conditions, name):
            plan = plan.with_faults(knob, only=service)
    return plan


@contextmanager
def quiet() -> Iterator[None]:
    """Keep logged failures off the terminal: a run of five strategies logs hundreds, and the ledger has them all."""
    log = logging.getLogger("eventdemo")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
