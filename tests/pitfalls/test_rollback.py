"""Events about changes that were never committed, in every schedule and under every strategy."""

import pytest

from eventdemo.simulate import DEFAULTS, simulate
from tests.pitfalls.orders import broken_orders, end, ends

SOUND = "every laptop is ordered for an existing colleague"


def test_a_laptop_is_ordered_for_the_colleague_whose_transaction_failed():
    assert ends("rollback") == {"1 of 2 laptops are ordered for colleagues who do not exist": 6}
    assert ends("rollback:repaired") == {SOUND: 6}


def test_after_the_commit_there_are_as_many_events_as_colleagues():
    broken, repaired = (simulate("rollback", variant=name) for name in ("broken", "repaired"))

    assert (broken.emitted, repaired.emitted) == (25, 13)  # 25 forms, 13 phones


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_no_strategy_takes_an_event_back(strategy):
    assert (
        end("rollback", "broken", strategy=strategy) == "12 of 25 laptops are ordered for colleagues who do not exist"
    )
    assert end("rollback", "repaired", strategy=strategy) == SOUND


def test_no_strategy_helps_in_any_schedule():
    assert set(broken_orders("rollback").values()) == {(6, 6)}
    assert set(broken_orders("rollback:repaired").values()) == {(0, 6)}
