"""More calls than a service admits: what a bound is worth alone, and what waiting for `Retry-After` adds."""

from dataclasses import replace

import pytest

from eventdemo.simulate import DEFAULTS, simulate
from mock_services import Constant, FaultPlan
from tests.pitfalls.orders import end, ends

ALL = "everybody is looked up"
ORDINARY = FaultPlan.realistic()
QUICK = replace(ORDINARY, oracle_fusion=replace(ORDINARY.oracle_fusion, latency=Constant(20)))


def test_a_limit_below_the_number_of_people_leaves_somebody_out_in_any_order():
    assert ends("rate-limit") == {"1 people are left out": 90}


def test_waiting_as_told_leaves_nobody_out_in_any_order():
    assert ends("rate-limit:repaired") == {ALL: 24}


def test_a_bound_makes_fewer_calls_at_once_and_as_many_a_second():
    broken, bounded, repaired = (simulate("rate-limit", variant=name) for name in ("broken", "bounded", "repaired"))

    assert [t.metrics.peak_in_flight["oracle-fusion"] for t in (broken, bounded, repaired)] == [6, 2, 2]
    assert [t.metrics.throttled for t in (broken, bounded, repaired)] == [23, 23, 10]


def test_on_an_ordinary_day_a_bound_is_enough_for_as_long_as_oracle_is_slow():
    ordinary = simulate("rate-limit", variant="bounded", users=100, faults=ORDINARY)
    quick = simulate("rate-limit", variant="bounded", users=100, faults=QUICK)

    assert (ordinary.metrics.throttled, ordinary.checks[0].found) == (0, ALL)
    assert quick.metrics.throttled > 0
    assert "left out" in quick.checks[0].found


@pytest.mark.parametrize("faults", [ORDINARY, QUICK, ORDINARY.with_faults("429")])
@pytest.mark.parametrize("strategy", DEFAULTS)
def test_repaired_it_holds_under_every_strategy_and_every_pace(strategy, faults):
    assert end("rate-limit", "repaired", strategy=strategy, faults=faults) == ALL
