"""The pitfalls as experiments: each variant of each, with every wait a choice of the scheduler."""

from functools import cache

from eventdemo.core.bus import EventBus
from eventdemo.explore.backend import ExplorerTestbed
from eventdemo.explore.experiment import Experiment
from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate.program import version_of
from eventdemo.simulate.run import SEED
from eventdemo.simulate.testbed import uneven
from mock_services import Company, FaultPlan

USERS = 4


@cache
def testbed() -> ExplorerTestbed:
    return ExplorerTestbed(Company(USERS, vendor_share=0))


@cache
def of_pitfall(name: str) -> Experiment:
    """Return the experiment `logout-race`, which is the first variant, or `logout-race:repaired`."""
    base, _, variant = name.partition(":")
    chosen = pitfall(base)
    return as_experiment(chosen, version_of(chosen, variant), name)


def as_experiment(chosen: Pitfall, played: Variant, name: str) -> Experiment:
    without_latency = (chosen.faults or FaultPlan()).without_latency()

    async def play(bus: EventBus) -> str:
        return await played.program(testbed().stage(bus, people=chosen.users_explored))

    def prepare() -> None:
        testbed().reset(without_latency)

    def prepare_nominal() -> None:
        testbed().reset(chosen.faults or FaultPlan.realistic(), uneven(SEED))

    return Experiment(
        name, chosen.claim, play, chosen.claim.__eq__, prepare, played.bus, prepare_nominal=prepare_nominal
    )
