"""The simulator's scenarios as experiments: the whole backend for two people, with every pause a choice.

The company is small and its people have something on their desks. `eventdemo run NAME --users 2 --seed 128` is one of
the schedules.
"""

from dataclasses import replace
from functools import cache, partial
from random import Random

from eventdemo.backend.patterns.lifecycle import UserDirectory
from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.explore import final_state as scenes
from eventdemo.explore.backend import ExplorerTestbed
from eventdemo.explore.experiment import Experiment, Property
from eventdemo.explore.final_state import Scene
from eventdemo.explore.monitors import PROFILE_FIRST, WRITTEN_DOWN, Answers, Stages
from eventdemo.explore.properties import with_property
from eventdemo.explore.tracked_dict import TrackedDict
from eventdemo.simulate.testbed import Instance, steady
from eventdemo.simulate.workloads import WORKLOADS
from mock_services import Company, FaultPlan

USERS = 2
SEED = 128
"""Each of the two has one device; one approves for HR and leasing, the other for procurement."""


@cache
def testbed() -> ExplorerTestbed:
    """Build the workshop when the first scenario is explored."""
    return ExplorerTestbed(Company(USERS, SEED, vendor_share=0), seed=SEED)


def calm() -> FaultPlan:
    """Return an ordinary day without limits of so many calls a second: two people are far below them."""
    day = FaultPlan.realistic()
    return replace(day, oracle_fusion=replace(day.oracle_fusion, rate_limit=None))


def prepare() -> None:
    """Put everything back; waits take as long as in the simulator, though any may end first."""
    testbed().reset(calm(), steady)


async def play(name: str, bus: EventBus) -> Scene:
    """Let the people of a scenario do what they do, and wait until the bus is quiet."""
    stage = testbed().stage(bus)
    backend = build(bus, stage.store, stage.http, fcm=stage.fcm, oracle=stage.oracle, yardi=stage.yardi)
    instrument_directory(backend.directory)
    await WORKLOADS[name](Instance(backend, stage.company), Random(SEED))  # noqa: S311 - chance, not secrecy
    await bus.drain()
    return Scene(stage, backend)


def instrument_directory(directory: UserDirectory) -> None:
    """Have a directory tell when it reads or writes what it knows of somebody."""
    directory.names = TrackedDict("the directory's user {}".format)
    directory.changes = TrackedDict("the directory's user {}".format, missing=0)


STAGES = Property("stages", PROFILE_FIRST, Stages.describe, lambda: Stages(testbed().database))
WRITTEN = Property("written-down", WRITTEN_DOWN, Answers.describe, lambda: Answers(testbed().database))
CLAIMS: dict[str, tuple[Property, ...]] = {
    "logout": (scenes.UNSUBSCRIBED, scenes.LOGGED_OUT),
    "lifecycle": (scenes.FORGOTTEN, scenes.HIRED, scenes.LOGGED_OUT),
    "sync-profile": (STAGES, scenes.PROFILES, scenes.TOLD_ONCE, scenes.ALL_TOLD),
    "approval": (WRITTEN, scenes.IN_TRAIL),
    "fan-out": (scenes.NOBODY_SKIPPED, scenes.TOLD_ONCE, scenes.ALL_TOLD),
}
"""What each scenario can be asked, the usual question first."""


def of_scenario(name: str) -> Experiment:
    """Return a scenario as an experiment, held against the first of its claims."""
    claims = CLAIMS[name]
    program = Experiment(
        name,
        claims[0].claim,
        partial(play, name),
        claims[0].claim.__eq__,
        prepare=prepare,
        properties=claims,
        bound=200,
        prepare_nominal=prepare,
    )
    return replace(with_property(program, claims[0].name), property_name="")
