"""Forgetting to declare an access never turns a refuted claim into a kept one: random schedules check the promise."""

import sys

import pytest

from eventdemo.explore import ControlledLoop, access, explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.experiment import declare_lock_wait

DECLARING = {access.__code__, declare_lock_wait.__code__}
REFUTED = [
    ("ends-in-order", "", "awaited", "fifo"),
    ("ends-in-order", "", "bounded:2", "fifo"),
    ("two-emits-ends", "", "sequential", "fifo"),
    ("starts-coroutines", "", "awaited", "any"),
    ("two-emits-starts", "", "sequential", "any"),
    ("audit-row", "", "detached", "fifo"),
    ("logout-race", "", "awaited", "fifo"),
    ("ends-in-order", "starts-in-order", "awaited", "any"),
    ("detached-never-delays", "emit-waits", "awaited", "fifo"),
]


@pytest.fixture
def sites(monkeypatch):
    """Yield the set of lines that declared an access, and the list of those that are to be ignored."""
    make, seen, ignored = ControlledLoop.__init__, set(), []

    class Accesses(set):
        def add(self, entry):
            frame = sys._getframe(1)
            if frame.f_code in DECLARING:
                site = frame.f_back.f_code.co_filename.rpartition("/eventdemo/")[2], frame.f_back.f_lineno
                seen.add(site)
                if site in ignored:
                    return
            super().add(entry)

    def make_loop(loop, *args, **options):
        make(loop, *args, **options)
        loop.accesses = Accesses()

    monkeypatch.setattr(ControlledLoop, "__init__", make_loop)
    return seen, ignored


@pytest.mark.parametrize(("name", "claim", "strategy", "ready"), REFUTED)
def test_a_refuted_claim_stays_refuted_without_any_one_access(name, claim, strategy, ready, sites):
    seen, ignored = sites
    chosen = experiment(name, claim)

    def refuted():
        return explore(chosen, make_bus(strategy, chosen.bus), ready=ready).refuted

    assert refuted()
    for site in sorted(seen):
        ignored[:] = [site]
        assert refuted(), site
    ignored[:] = seen
    assert refuted()
