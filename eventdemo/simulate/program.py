"""What a run executes on its testbed: a scenario on whole backends, or one version of a pitfall.

Either way it is a `Program`, so `run.py` treats both alike.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from eventdemo.backend.patterns.lifecycle import UserDirectory
from eventdemo.backend.schedule import scheduled_run
from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Emission, Observer
from eventdemo.instances.end_checks import END_CHECKS, FinalState
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate.chaos import Chaos
from eventdemo.simulate.cluster import Cluster
from eventdemo.simulate.import_program import Main, is_program
from eventdemo.simulate.outbox import KeyedOutboxBus, OutboxBus, start_worker
from eventdemo.simulate.scenario import Scenario
from eventdemo.simulate.scenarios import PATTERNS, PITFALLS, UnknownVariantError, check, check_pitfall
from eventdemo.simulate.strategies import runner, slots_in_the_outbox
from eventdemo.simulate.testbed import Instance, QueryTime, Testbed, steady, uneven
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
    run: Callable[[Testbed, int], Awaitable[Checks]]
    """Runs until everything is quiet, and returns the checks; takes the seed."""
    query_time: Callable[[int], QueryTime]
    """Returns how long queries take; takes the seed."""
    faults: FaultPlan | None = None
    when_stuck: Callable[[BaseException], Checks] | None = None
    """Returns the checks of a run that cannot go on, if that is an outcome and not a defect."""
    step_limit: int = 100_000_000


def program_of(name: str | Pitfall | Main, strategy: str, variant: str, conditions: Conditions) -> Program:
    """Return the program of a scenario under a strategy. A pitfall gets a bus that accepts any event name."""
    if isinstance(name, Pitfall):
        check_pitfall(name.name, strategy, conditions)
        return _pitfall_program(name, strategy, variant)
    if callable(name) or is_program(name):
        from eventdemo.simulate.own_run import program_of_function

        return program_of_function(name, strategy, variant, conditions)
    check(name, strategy, conditions)
    if name in PITFALLS:
        return _pitfall_program(pitfall(name), strategy, variant)
    if variant:
        raise UnknownVariantError(f"The scenario {name!r} has no variants: only pitfalls have.")
    run = _on_one_backend if conditions.one_quiet_instance else partial(_on_a_cluster, conditions)
    make_bus = bus_on_testbed(conditions.strategy(strategy), keys="idempotency-key" in conditions.repairs)
    scenario = PATTERNS[name]
    return Program(name, scenario.users, "", make_bus, partial(run, scenario), lambda _: steady)


def bus_on_testbed(strategy: str, *, keys: bool = False, strict: bool = True) -> Callable[[Testbed], EventBus]:
    if (slots := slots_in_the_outbox(strategy)) is not None:
        return partial(KeyedOutboxBus if keys else OutboxBus, slots)
    make_bus, make_runner = IdempotentBus if keys else EventBus, runner(strategy)
    return lambda _: make_bus(strict=strict, runner=make_runner())


def _pitfall_program(chosen: Pitfall, strategy: str, variant: str) -> Program:
    version = version_of(chosen, variant)
    own_bus = version.bus
    make_bus = bus_on_testbed(strategy, strict=False) if own_bus is None else lambda _: own_bus()
    run = partial(_alone, version, chosen.claim)
    return Program(chosen.name, chosen.users, version.name, make_bus, run, uneven, chosen.faults)


class AnnouncedUsers(Observer):
    """Collects the users for whom scheduled jobs emit."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def emitted(self, emission: Emission) -> None:
        """Add the user of an event that a job itself emits, not one of its listeners."""
        if scheduled_run() and emission.parent is None:
            self.ids.add(emission.args[0].user_id)


async def _on_one_backend(scenario: Scenario, testbed: Testbed, seed: int) -> Checks:
    testbed.observers.append(announced := AnnouncedUsers())
    stage = testbed.start("A")
    backend = build(stage.bus, stage.store, stage.http)
    start_worker(stage)
    await scenario.workload(Instance(backend, testbed.company), Random(seed))  # noqa: S311 - no secrecy needed
    await stage.bus.drain()
    await stage.process.exit()
    return _checks(scenario, testbed, announced, {"A": backend.directory})


async def _on_a_cluster(conditions: Conditions, scenario: Scenario, testbed: Testbed, seed: int) -> Checks:
    testbed.observers.append(announced := AnnouncedUsers())
    cluster = Cluster(testbed, conditions, seed)
    chaos = Chaos(cluster, conditions, seed)
    await scenario.workload(cluster, Random(seed))  # noqa: S311 - no secrecy needed
    if conditions.drains:
        await all_quiet(testbed, cluster, chaos)
    chaos.stop()
    await cluster.exit()
    testbed.pending.close()
    directories = {name: cluster.backends[name].directory for name in testbed.alive}
    return _checks(scenario, testbed, announced, directories)


def _checks(
    scenario: Scenario, testbed: Testbed, announced: AnnouncedUsers, directories: Mapping[str, UserDirectory]
) -> Checks:
    final = FinalState(testbed.database, testbed.services, directories, announced.ids)
    checks = [END_CHECKS[name] for name in scenario.checks]
    return tuple(_check(check.claim, check.outcome(final)) for check in checks)


def _check(claim: str, found: str) -> Check:
    return Check(claim=claim, holds=found == claim, found=found)


async def all_quiet(testbed: Testbed, cluster: Cluster, chaos: Chaos) -> None:
    """Wait until all instances are idle and none is due to restart; either may emit again."""
    before = None
    while before != (now := (testbed.probes.ledger.emits, testbed.starts, len(testbed.probes.buffer.outages))):
        before = now
        await chaos.restarts()
        await cluster.drained()


async def _alone(variant: Variant, claim: str, testbed: Testbed, _: int) -> Checks:
    stage = testbed.start("A")
    found = await variant.program(stage)
    for each in (*testbed.alive.values(),):
        await each.bus.drain()
    return (_check(claim, found),)


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
