"""`context-lost`: real threads and tasks lose and keep what they lose and keep in virtual time."""

import asyncio
from types import SimpleNamespace

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.pitfalls import pitfall
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed

VARIANTS = pitfall("context-lost").variants


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_with_real_threads_it_ends_as_in_virtual_time(variant):
    async def main():
        return await variant.program(SimpleNamespace(bus=EventBus(), user_ids=range(1, 4)))

    (check,) = simulate("context-lost", variant=variant.name, users=3).checks

    assert asyncio.run(main()) == check.found


def test_it_is_lost_in_an_executor_and_in_a_worker_that_began_before():
    assert [variant.name for variant in VARIANTS if not variant.holds] == ["broken", "worker"]


def test_node_s_context_reaches_listeners_under_every_flag():
    told = [line for line in printed("16_als") if line.startswith("ALS ")]

    assert len(told) == 10
    assert all(line.endswith("start=req1 later=req1") for line in told)


def test_no_strategy_helps():
    assert set(broken_orders("context-lost").values()) == {(1, 1)}
    assert set(broken_orders("context-lost:worker").values()) == {(1, 1)}
