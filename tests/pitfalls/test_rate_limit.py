"""More calls than a service admits: what a concurrency limit does alone, and what waiting for `Retry-After` adds."""

from dataclasses import replace

import pytest

from eventdemo.simulate import DEFAULTS, simulate
from mock_services import Constant, FaultPlan
from tests.pitfalls.orders import end, ends

ALL = "every user is looked up"
ORDINARY = FaultPlan.realistic()
QUICK = replace(ORDINARY, oracle_fusion=replace(ORDINARY.oracle_fusion, latency=Constant(20)))


def test_a_rate_limit_below_the_number_of_users_leaves_one_out_in_every_schedule():
    assert ends("rate-limit") == {"1 user is not looked up": 90}


def test_retrying_after_the_wait_looks_up_every_user_in_every_schedule():
    assert ends("rate-limit:repaired") == {ALL: 24}


def test_a_concurrency_limit_reduces_calls_in_flight_but_not_calls_per_second():
    broken, bounded, repaired = (simulate("rate-limit", variant=name) for name in ("broken", "bounded", "repaired"))

    assert [t.metrics.peak_in_flight["oracle-fusion"] for t in (broken, bounded, repaired)] == [6, 2, 2]
    assert [t.metrics.throttled for t in (broken, bounded, repaired)] == [23, 23, 10]


def test_on_an_ordinary_day_a_concurrency_limit_is_enough_while_oracle_is_slow():
    ordinary = simulate("rate-limit", variant="bounded", users=100, faults=ORDINARY)
    quick = simulate("rate-limit", variant="bounded", users=100, faults=QUICK)

    assert (ordinary.metrics.throttled, ordinary.checks[0].found) == (0, ALL)
    assert quick.metrics.throttled > 0
    assert "not looked up" in quick.checks[0].found


@pytest.mark.parametrize("faults", [ORDINARY, QUICK, ORDINARY.with_faults("429")])
@pytest.mark.parametrize("strategy", DEFAULTS)
def test_the_fixed_version_holds_under_every_strategy_and_latency(strategy, faults):
    assert end("rate-limit", "repaired", strategy=strategy, faults=faults) == ALL
