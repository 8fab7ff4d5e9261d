"""What the tests of single pitfalls share: in how many orders a version breaks, and what real libraries printed."""

from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from tests.house.repo import text

STRATEGIES = ("sync", "sequential", "awaited", "bounded:1", "detached")


def broken_orders(name):
    """Return, by strategy, in how many of all orders a version ends otherwise than claimed."""
    found = {}
    for strategy in STRATEGIES:
        chosen = experiment(name)
        explored = explore(chosen, make_bus(strategy, chosen.bus))
        assert explored.complete
        found[strategy] = (explored.failures, explored.schedules)
    return found


def printed(probe):
    """Return the lines that a probe of the real libraries printed."""
    return text(f"tests/conformance/claims/outputs/{probe}.txt").splitlines()
