"""What the tests of single pitfalls share: how versions end, in how many orders they break, what real ones printed."""

from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.simulate import simulate
from tests.house.repo import text

STRATEGIES = ("sync", "sequential", "awaited", "bounded:1", "detached")


def end(name, variant="", **given):
    """Return in words how a version ended in virtual time."""
    (check,) = simulate(name, variant=variant, **given).checks
    return check.found


def ends(name, strategy="awaited"):
    """Return how often each end occurs over all orders, of `boot-race` or `boot-race:repaired`."""
    chosen = experiment(name)
    found = explore(chosen, make_bus(strategy, chosen.bus))
    assert found.complete
    return dict(found.outcomes)


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
