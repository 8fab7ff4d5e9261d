"""Forgetting to declare an access never turns a refuted claim into a kept one: random schedules check the promise."""

import ast
import asyncio
import sys

import pytest

from eventdemo.core.ledger import Ledger
from eventdemo.explore import ControlledLoop, access, explore, make_bus, wait
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.experiment import declare_lock_wait
from tests.explore import programs
from tests.house.repo import assert_none, files, tree

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
    ("async-flag", "", "bounded:2", "fifo"),
    ("once-once", "emit-waits", "awaited", "fifo"),
    ("delete-printed", "", "bounded:2", "fifo"),
    ("delete-repaired", "emit-waits", "awaited", "fifo"),
    ("ledger-balances", "starts-in-order", "awaited", "any"),
    ("rollback", "emit-waits", "awaited", "fifo"),
    ("crash", "", "bounded:2", "fifo"),
    ("marked-synced-anyway", "", "awaited", "fifo"),
    ("blocking-listener", "", "bounded:2", "any"),
    ("stop-observing", "", "awaited", "fifo"),
]


async def stop_observing(bus):
    """Emit an event while another task stops the ledger from hearing of it."""
    ledger = Ledger()
    stop = bus.observe(ledger)

    async def emit():
        await wait()
        bus.emit("user.created")

    async def leave():
        await wait()
        stop()

    await asyncio.gather(emit(), leave())
    return f"{ledger.deliveries} counted"


OWN = {"stop-observing": programs.experiment(stop_observing, "1 counted".__eq__)}
ELSEWHERE = {"explore/sqlite.py"}
"""What declares accesses for programs of your own; tests/explore/test_sqlite.py refutes their claims."""


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
    explorer = sys.modules["eventdemo.explore.explore"]
    monkeypatch.setattr(explorer, "minimise_failure", lambda *_: None)  # it would take most of the time
    return seen, ignored


def refuted(name, claim, strategy, ready):
    chosen = OWN.get(name) or experiment(name, claim)
    return explore(chosen, make_bus(strategy, chosen.bus), ready=ready, bound=15).refuted


@pytest.mark.parametrize(("name", "claim", "strategy", "ready"), REFUTED)
def test_a_refuted_claim_stays_refuted_without_any_one_access(name, claim, strategy, ready, sites):
    seen, ignored = sites

    assert refuted(name, claim, strategy, ready)
    for site in sorted(seen):
        ignored[:] = [site]
        assert refuted(name, claim, strategy, ready), site
    ignored[:] = seen
    assert refuted(name, claim, strategy, ready)


def test_these_programs_reach_every_line_of_the_explorer_that_declares_an_access(sites):
    seen, _ = sites
    for program in REFUTED:
        refuted(*program)

    declaring = {site for path in files("eventdemo/explore/*.py") for site in declaring_lines(path)}
    assert_none(f"{path}:{line}" for path, line in sorted(declaring - seen))


def declaring_lines(path):
    """Yield the lines of a module that declare an access."""
    module = path.removeprefix("eventdemo/")
    for node in ast.walk(tree(path)) if module not in ELSEWHERE else ():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"access", "declare_lock_wait"}:
            yield module, node.lineno
