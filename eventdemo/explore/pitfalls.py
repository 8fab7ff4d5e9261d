"""The pitfalls as experiments: each version of each, on a stage where every wait is a choice."""

from functools import cache

from eventdemo.bus import EventBus
from eventdemo.explore.backend import Workshop
from eventdemo.explore.experiment import Experiment
from eventdemo.pitfalls import Pitfall, pitfall
from eventdemo.pitfalls.definition import BROKEN, REPAIRED
from mock_services import Company

USERS = 4


@cache
def workshop() -> Workshop:
    """Build the workshop when the first pitfall is explored."""
    return Workshop(Company(USERS, vendor_share=0))


@cache
def of_pitfall(name: str) -> Experiment:
    """Return the experiment called `logout-race`, which is the broken version, or `logout-race:repaired`."""
    base, _, variant = name.partition(":")
    return as_experiment(pitfall(base), variant or BROKEN, name)


def as_experiment(chosen: Pitfall, variant: str, name: str) -> Experiment:
    """Return one version of a pitfall as an experiment."""
    played = chosen.variant(variant)

    async def play(bus: EventBus) -> str:
        return await played.play(workshop().stage(bus))

    return Experiment(name, chosen.claim, play, chosen.claim.__eq__, lambda: workshop().tidy(), played.bus)


LOGOUT = as_experiment(pitfall("logout-race"), REPAIRED, "logout")
EXPERIMENTS = (LOGOUT,)
