"""What a run executes on its testbed: a scenario on whole backends, or one version of a pitfall.

Either way it is a `Program`, so `run.py` treats both alike.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from eventdemo.backend.schedule import scheduled_run
from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Emission, Observer
from eventdemo.instances.end_checks import END_CHECKS, FinalState
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate.cluster import Cluster
from eventdemo.simulate.import_program import Main, is_program
from eventdemo.simulate.outbox import OutboxBus, start_worker
from eventdemo.simulate.scenario import Scenario
from eventdemo.simulate.scenarios import PATTERNS, PITFALLS, UnknownVariantError, check, check_pitfall
from eventdemo.simulate.strategies import runner, slots_in_the_outbox
from eventdemo.simulate.testbed import Instance, Testbed, uneven
from eventdemo.trace.conditions import Conditions
from eventdemo.trace.record import Check
from mock_services import FaultPlan

Checks = tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, on which kind of bus, for how many users."""

    name: str
    users: int
    variant: str
    make_bus: Callable[[Testbed], EventBus]
    run: Callable[[Testbed], Awaitable[Checks]]
    """Runs until everything is quiet, and returns the checks."""
    faults: FaultPlan | None = None
    when_stuck: Callable[[BaseException], Checks] | None = None
    """Returns the checks of a run in a deadlock or with a broken invariant, if that is an outcome and not a defect."""
    step_limit: int = 100_000_000


def program_of(name: str | Pitfall | Main, strategy: str, variant: str, conditions: Conditions) -> Program:
    """Return the program of a scenario under a strategy. A pitfall gets a bus that accepts any event name."""
    if isinstance(name, Pitfall):
        check_pitfall(name.name, strategy, conditions)
        return _pitfall_program(name, strategy, variant, conditions)
    if callable(name) or is_program(name):
        from eventdemo.simulate.own_run import program_of_function

        return program_of_function(name, strategy, variant, conditions)
    check(name, strategy, conditions)
    if name in PITFALLS:
        return _pitfall_program(pitfall(name), strategy, variant, conditions)
    if variant:
        raise UnknownVariantError(f"The scenario {name!r} has no variants: only pitfalls have.")
    scenario = PATTERNS[name]
    run = partial(_run_scenario, scenario, conditions)
    return Program(name, scenario.users, "", bus_on_testbed(strategy, conditions), run)


def bus_on_testbed(strategy: str, conditions: Conditions, *, strict: bool = True) -> Callable[[Testbed], EventBus]:
    strategy, keys = conditions.strategy(strategy), "idempotency-key" in conditions.repairs
    if (slots := slots_in_the_outbox(strategy)) is not None:
        return partial(OutboxBus, slots, keys=keys)
    make_bus, make_runner = IdempotentBus if keys else EventBus, runner(strategy)
    return lambda _: make_bus(strict=strict, runner=make_runner())


def _pitfall_program(chosen: Pitfall, strategy: str, variant: str, conditions: Conditions) -> Program:
    version = version_of(chosen, variant)
    own_bus = version.bus
    make_bus = bus_on_testbed(strategy, conditions, strict=False) if own_bus is None else lambda _: own_bus()

    async def run(testbed: Testbed) -> Checks:
        testbed.query_time = uneven(testbed.seed)
        found = await version.program(testbed.start("A"))
        await testbed.drain()
        return (_check(chosen.claim, found),)

    return Program(chosen.name, chosen.users, version.name, make_bus, run, chosen.faults)


class AnnouncedUsers(Observer):
    """Collects the users for whom scheduled jobs emit."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def emitted(self, emission: Emission) -> None:
        """Add the user of an event that a job itself emits, not one of its listeners."""
        if scheduled_run() and emission.parent is None:
            self.ids.add(emission.args[0].user_id)


async def _run_scenario(scenario: Scenario, conditions: Conditions, testbed: Testbed) -> Checks:
    testbed.observers.append(announced := AnnouncedUsers())
    random = Random(testbed.seed)  # noqa: S311 - no secrecy needed
    if conditions.one_quiet_instance:
        stage = testbed.start("A")
        backend = build(stage.bus, stage.store, stage.http)
        start_worker(stage)
        await scenario.workload(Instance(backend, testbed.company), random)
        await stage.bus.drain()
        await stage.process.exit()
        backends = {"A": backend}
    else:
        cluster = Cluster(testbed, conditions)
        await scenario.workload(cluster, random)
        await cluster.settle()
        await cluster.exit()
        backends = {name: cluster.backends[name] for name in testbed.alive}
    directories = {name: backend.directory for name, backend in backends.items()}
    final = FinalState(testbed.database, testbed.services, directories, announced.ids)
    checks = [END_CHECKS[name] for name in scenario.checks]
    return tuple(_check(check.claim, check.outcome(final)) for check in checks)


def _check(claim: str, found: str) -> Check:
    return Check(claim=claim, holds=found == claim, found=found)


def version_of(chosen: Pitfall, variant: str = "") -> Variant:
    """Return a version of a pitfall by its name; without a name the first, which is broken."""
    if not variant:
        return chosen.variants[0]
    if (version := next((each for each in chosen.variants if each.name == variant), None)) is None:
        known = ", ".join(each.name for each in chosen.variants)
        raise UnknownVariantError(f"The pitfall {chosen.name!r} has no variant {variant!r}: choose from {known}.")
    return version


def variants_of(name: str) -> tuple[str, ...]:
    return tuple(each.name for each in pitfall(name).variants) if name in PITFALLS else ()
