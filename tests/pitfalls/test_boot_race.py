"""Events emitted before a listener is registered: lost under every strategy, and recorded in the ledger."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import DEFAULTS, simulate
from tests.pitfalls.orders import ends, printed

WELCOMED = "every user who logged in was welcomed"


def test_only_logins_before_the_module_is_ready_are_missed():
    assert ends("boot-race") == {"1 of 1 users who logged in were not welcomed": 1, WELCOMED: 1}


def test_if_the_module_starts_first_every_schedule_is_right():
    assert ends("boot-race:repaired") == {WELCOMED: 1}


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_no_strategy_helps_because_there_is_no_listener_to_run(strategy):
    trace = simulate("boot-race", variant="broken", strategy=strategy)

    assert trace.ledger == {Fate.DONE: 11, Fate.NO_LISTENER: 14}


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_the_fixed_version_holds_under_every_strategy(strategy):
    trace = simulate("boot-race", variant="repaired", strategy=strategy)

    assert trace.ledger == {Fate.DONE: 25}


@pytest.mark.parametrize("version", ["", "@v1.4.2", "@v2.0.4", "@v2.1.1", "@v3.1.0"])
def test_nest_loses_what_is_emitted_before_its_listeners_are_attached(version):
    """An event from a constructor arrives only if the constructor waits until the emitter is ready (from 2.1.0 on)."""
    lines = printed(f"11_bootstrap{version}")

    (heard,) = [line.split("listener received: ")[1] for line in lines if line.startswith("provider in AppModule")]
    first = heard.removeprefix("constructor->waitUntilReady, ").split(",")[0]
    assert first == "onApplicationBootstrap"
    assert "lazy-loaded module listener: emit -> false calls 0" in lines


def test_the_missed_logins_are_the_first_ones():
    spans = [span for span in simulate("boot-race", variant="broken").spans if span.kind == "emit"]

    missed = [span.scheduled for span in spans if span.fate is Fate.NO_LISTENER]
    heard = [span.scheduled for span in spans if span.fate is None]
    assert max(missed) < min(heard)
