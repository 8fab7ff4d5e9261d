"""Running a scenario under a strategy: seed in, trace out.

Same scenario, same strategy, same users, same seed, same conditions: the same trace, byte for byte.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eventdemo.core import clock
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.metrics import rounded
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trace.conditions import Conditions
from eventdemo.trace.record import Stall, Trace

if TYPE_CHECKING:
    from eventdemo.pitfalls import Pitfall
    from mock_services import FaultPlan
    from mock_services.faults import Service

SEED = 7
SERVICES: "dict[str, Service]" = {"oracle": "oracle_fusion", "yardi": "yardi", "fcm": "fcm"}
"""The names of the services on the command line, and those of the fakes."""
ORDINARY_DAY = Conditions()
SPANS_OF_EMITS = 1000


def simulate(
    name: "str | Pitfall",
    conditions: Conditions = ORDINARY_DAY,
    *,
    strategy: str = "awaited",
    variant: str = "",
    users: int | None = None,
    seed: int = SEED,
    faults: "FaultPlan | None" = None,
    spans_of_emits: int = SPANS_OF_EMITS,
    **changes: Any,
) -> Trace:
    """Run a scenario in virtual time and return its history.

    `name` is one that `eventdemo scenarios` lists, or a pitfall of your own. `variant` chooses a version of a pitfall,
    by default the broken one. `users` defaults to the scenario's own number, `faults` to an ordinary day or to what the
    pitfall needs. Further keywords change single `conditions`, written as on the command line: `instances=2,
    crashes="A@2.5..4"`. The spans of the first `spans_of_emits` emits are kept; ledger and metrics count everything, in
    memory that does not grow.
    """
    from eventdemo.simulate.program import program_of  # here, because the parts of a backend take a second to import
    from eventdemo.simulate.testbed import open_testbed
    from mock_services import Company, FaultPlan

    conditions = conditions.with_changes(**changes)
    program = program_of(name, strategy, variant, conditions)
    plan = with_faults(faults or program.faults or FaultPlan.realistic(), conditions)
    company = Company(program.users if users is None else users, seed, vendor_share=0)
    title = name if isinstance(name, str) else name.name
    header: dict[str, Any] = {"scenario": title, "strategy": strategy, "variant": program.variant, "seed": seed}
    header |= {"users": company.users, "conditions": conditions}
    virtual = VirtualClock()
    loop = KillableLoop(virtual)
    loop.set_exception_handler(lambda *_: None)  # the ledger has the failures that asyncio would log

    async def play() -> Trace:
        pace, far = program.query_time(seed), conditions.can_die
        with open_testbed(
            program.make_bus, company, plan, seed=seed, keep=spans_of_emits, query_time=pace, round_trips=far
        ) as testbed:
            checks = await program.run(testbed, seed)
            stalls = tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls)
            return testbed.probes.trace(loop.longest_stall, stalls=stalls, checks=checks, **header)

    with clock.use(virtual), quiet():
        return run_in(loop, play())


def with_faults(plan: "FaultPlan", conditions: Conditions) -> "FaultPlan":
    """Return the plan, changed by the faults that the conditions name for each service."""
    for name, service in SERVICES.items():
        for knob in getattr(conditions, name):
            plan = plan.with_faults(knob, only=service)
    return plan


@contextmanager
def quiet() -> Iterator[None]:
    """Keep logged failures off the terminal: five strategies log hundreds, and the ledger counts them all."""
    log = logging.getLogger("eventdemo")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
