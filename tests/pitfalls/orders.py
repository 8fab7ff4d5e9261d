"""Helpers for the tests of single pitfalls: outcomes, numbers of failing schedules, and what real libraries printed."""

from unittest.mock import patch

from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.simulate import simulate
from tests.house.repo import text

STRATEGIES = ("sync", "sequential", "awaited", "bounded:1", "detached")


def end(name, variant="", **given):
    """Return the outcome of a version in virtual time."""
    (check,) = simulate(name, variant=variant, **given).checks
    return check.found


def explored(name, strategy="awaited"):
    """Run all schedules, and don't look for the smallest failing one, which can take longer than all of them."""
    chosen = experiment(name)
    with patch("eventdemo.explore.explore.minimise_failure"):
        found = explore(chosen, make_bus(strategy, chosen.bus))
    assert found.complete
    return found


def ends(name, strategy="awaited"):
    """Return the number of schedules for each outcome, of `boot-race` or `boot-race:repaired`."""
    return dict(explored(name, strategy).outcomes)


def broken_orders(name):
    """Return, by strategy, the number of failing schedules and of all schedules."""
    found = {strategy: explored(name, strategy) for strategy in STRATEGIES}
    return {strategy: (each.failures, each.schedules) for strategy, each in found.items()}


def printed(probe):
    """Return the lines that a probe of the real libraries printed."""
    return text(f"tests/conformance/claims/outputs/{probe}.txt").splitlines()
