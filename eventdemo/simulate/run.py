"""Running a scenario under a strategy: seed in, trace out.

Same scenario, same strategy, same users, same seed, same conditions: the same trace, byte for byte.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from eventdemo.core import clock
from eventdemo.simulate.deadlock import NothingCanHappenError
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.metrics import rounded
from eventdemo.simulate.strategies import DEFAULTS
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trace.claim import InvariantError
from eventdemo.trace.conditions import Conditions, ConditionsError
from eventdemo.trace.record import Runs, Stall, Trace

if TYPE_CHECKING:
    from eventdemo.pitfalls import Pitfall
    from eventdemo.simulate.import_program import Main
    from eventdemo.simulate.program import Checks, Program
    from eventdemo.simulate.testbed import Testbed
    from mock_services import FaultPlan
    from mock_services.faults import Service

SEED = 7
SERVICES: "dict[str, Service]" = {"oracle": "oracle_fusion", "yardi": "yardi", "fcm": "fcm"}
"""The names of the services on the command line, and those of the fakes."""
ORDINARY_DAY = Conditions()
SPANS_OF_EMITS = 1000


def simulate(
    name: "str | Pitfall | Main",
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

    `name` is one that `eventdemo scenarios` lists, or an async function of your own, which takes nothing, a bus or a
    stage, or the function's name such as `shop.py:checkout`, or a pitfall of your own. `variant` chooses a version of
    a pitfall, by default the broken one. `users` defaults to the scenario's own number, `faults` to an ordinary day or
    to what the pitfall needs. Further keywords change single `conditions`, written as on the command line:
    `instances=2, crashes="A@2.5..4"`. The spans of the first `spans_of_emits` emits are kept; ledger and metrics count
    everything, in memory that does not grow.
    """
    from eventdemo.simulate.program import program_of  # here, because the parts of a backend take a second to import
    from eventdemo.simulate.testbed import Testbed
    from mock_services import Company, FaultPlan

    conditions = conditions.with_changes(**changes)
    program = program_of(name, strategy, variant, conditions)
    if users is not None and not program.users:
        raise ConditionsError(f"{program.name} takes no Stage, so it has no users: omit their number.")
    users = program.users if users is None else users
    company = Company(users or 1, seed, vendor_share=0)
    plan = with_faults(faults or program.faults or FaultPlan.realistic(), conditions)
    virtual = VirtualClock()
    with clock.use(virtual), quiet():
        testbed = Testbed(
            virtual, program.make_bus, company, plan, seed=seed, keep=spans_of_emits, round_trips=conditions.can_die
        )
        with closing(testbed):
            about = {"strategy": strategy, "users": users, "conditions": conditions}
            return _run(program, KillableLoop(virtual, step_limit=program.step_limit), testbed, about)


def compare(name: "str | Pitfall | Main", strategies: Sequence[str] = DEFAULTS, **options: Any) -> Runs:
    """Run an async function of your own, or a scenario, under several strategies. `print()` shows the comparison.

    The options are those of `simulate`.
    """
    return Runs(simulate(name, strategy=strategy, **options) for strategy in strategies)


def _run(program: "Program", loop: KillableLoop, testbed: "Testbed", about: dict[str, Any]) -> Trace:
    """Run a program on a testbed, and return the trace; `about` holds the fields that only the caller knows."""
    loop.set_exception_handler(lambda *_: None)  # the ledger has the failures that asyncio would log

    def trace(checks: "Checks") -> Trace:
        header = {"scenario": program.name, "variant": program.variant, "seed": testbed.seed, **about}
        stalls = tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls)
        return testbed.probes.trace(loop.longest_stall, stalls=stalls, checks=checks, **header)

    async def play() -> Trace:
        return trace(await program.run(testbed))

    try:
        return run_in(loop, play())
    except (NothingCanHappenError, InvariantError) as error:
        if program.when_stuck is None:
            raise
        return trace(program.when_stuck(error))


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
