"""The simulator's scenarios and the pitfalls as experiments, with every pause a choice of the scheduler.

A scenario runs the whole backend for two users; `eventdemo run NAME --users 2 --seed 128` is one of its schedules.
"""

from dataclasses import replace
from functools import cache, partial
from random import Random

from eventdemo.backend.patterns.lifecycle import UserDirectory
from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.explore.accesses import TrackedDict
from eventdemo.explore.backend import ExplorerTestbed
from eventdemo.explore.experiment import Experiment, Property
from eventdemo.explore.properties import PROFILE_FIRST, WRITTEN_DOWN, Answers, Stages, with_property
from eventdemo.instances.end_checks import END_CHECKS, FinalState
from eventdemo.pitfalls import pitfall
from eventdemo.simulate.program import version_of
from eventdemo.simulate.run import SEED as SIMULATOR_SEED
from eventdemo.simulate.scenarios import PATTERNS
from eventdemo.simulate.testbed import Instance, steady, uneven
from mock_services import Company, FaultPlan

USERS, PITFALL_USERS = 2, 4
DIRECTORY_ENTRY = "the directory's user {}".format
SEED = 128
"""With this seed, each user has one device; one approves for HR and leasing, the other for procurement."""


@cache
def testbed() -> ExplorerTestbed:
    return ExplorerTestbed(Company(USERS, SEED, vendor_share=0), seed=SEED)


def prepare() -> None:
    """Reset the testbed. Waits have the simulator's lengths, but may end in any order."""
    faults = FaultPlan.realistic()  # without rate limits, which two users never reach
    testbed().reset(replace(faults, oracle_fusion=replace(faults.oracle_fusion, rate_limit=None)), steady)


async def play(name: str, bus: EventBus) -> FinalState:
    stage = testbed().stage(bus)
    backend = build(bus, stage.store, stage.http, fcm=stage.fcm, oracle=stage.oracle, yardi=stage.yardi)
    instrument_directory(backend.directory)
    await PATTERNS[name].workload(Instance(backend, stage.company), Random(SEED))  # noqa: S311 - no secrecy needed
    await bus.drain()
    return FinalState(stage.database, stage.services, {"A": backend.directory})


def instrument_directory(directory: UserDirectory) -> None:
    directory.names = TrackedDict(DIRECTORY_ENTRY)
    directory.changes = TrackedDict(DIRECTORY_ENTRY, missing=0)


MONITORS = (
    Property("stages", PROFILE_FIRST, Stages.describe, lambda: Stages(testbed().database)),
    Property("written-down", WRITTEN_DOWN, Answers.describe, lambda: Answers(testbed().database)),
)
_PROPERTIES = {each.name: each for each in MONITORS} | {
    name: Property(name, check.claim, check.outcome) for name, check in END_CHECKS.items()
}


def of_scenario(name: str) -> Experiment:
    """Return a scenario as an experiment that checks the first of its claims."""
    claims = tuple(_PROPERTIES[claim] for claim in PATTERNS[name].claims)
    program = Experiment(
        name,
        claims[0].claim,
        partial(play, name),
        claims[0].claim.__eq__,
        prepare=prepare,
        properties=claims,
        bound=200,
        declared=True,
        patient=True,
        prepare_nominal=prepare,
    )
    return replace(with_property(program, claims[0].name), property_name="")


@cache
def pitfall_testbed() -> ExplorerTestbed:
    return ExplorerTestbed(Company(PITFALL_USERS, vendor_share=0))


@cache
def of_pitfall(name: str) -> Experiment:
    """Return the experiment `logout-race`, which is the first variant, or `logout-race:repaired`."""
    base, _, variant = name.partition(":")
    chosen = pitfall(base)
    version = version_of(chosen, variant)
    without_latency = (chosen.faults or FaultPlan()).without_latency()

    async def play(bus: EventBus) -> str:
        return await version.program(pitfall_testbed().stage(bus, people=chosen.users_explored))

    def prepare() -> None:
        pitfall_testbed().reset(without_latency)

    def prepare_nominal() -> None:
        pitfall_testbed().reset(chosen.faults or FaultPlan.realistic(), uneven(SIMULATOR_SEED))

    return Experiment(
        name,
        chosen.claim,
        play,
        chosen.claim.__eq__,
        prepare,
        version.bus,
        declared=True,
        patient=True,
        prepare_nominal=prepare_nominal,
    )
