"""`context-lost`: real threads and tasks keep and lose the same context as those in virtual time."""

import asyncio
from types import SimpleNamespace

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.pitfalls import pitfall
from eventdemo.pitfalls.context_lost import Log
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed

VARIANTS = pitfall("context-lost").variants


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_outcome_with_real_threads_is_that_of_virtual_time(variant):
    async def main():
        return await variant.program(SimpleNamespace(bus=EventBus(), user_ids=range(1, 4)))

    (check,) = simulate("context-lost", variant=variant.name, users=3).checks

    assert asyncio.run(main()) == check.found


def test_the_context_is_lost_in_an_executor_and_in_an_earlier_worker():
    assert [variant.name for variant in VARIANTS if not variant.holds] == ["broken", "worker"]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_variant_has_one_listener_so_each_login_is_one_line(variant):
    assert sum(simulate("context-lost", variant=variant.name, users=3).ledger.values()) == 3


def test_a_line_that_was_never_written_does_not_name_its_request(monkeypatch):
    monkeypatch.setattr(Log, "write", lambda _log, _event: None)

    (check,) = simulate("context-lost", variant="inline", users=3).checks

    assert check.found == "3 log lines do not name their request"


def test_node_s_context_reaches_listeners_under_every_flag():
    lines = [line for line in printed("16_als") if line.startswith("ALS ")]

    assert len(lines) == 10
    assert all(line.endswith("start=req1 later=req1") for line in lines)


def test_no_strategy_helps():
    assert set(broken_orders("context-lost").values()) == {(1, 1)}
    assert set(broken_orders("context-lost:worker").values()) == {(1, 1)}
