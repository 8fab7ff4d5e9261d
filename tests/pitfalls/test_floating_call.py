"""`floating-call`: the ledger cannot know of what nobody awaits; asyncio tells of it when it collects the garbage."""

import asyncio
import gc

from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed


def test_the_broken_listener_is_done_although_its_work_fails():
    broken, repaired = simulate("floating-call"), simulate("floating-call", variant="repaired")

    assert broken.ledger == {Fate.DONE: 25}
    assert broken.metrics.calls == repaired.metrics.calls
    assert repaired.ledger[Fate.FAILED_SEEN] == 22


def test_an_operator_is_told_once_of_each():
    trace = simulate("floating-call", variant="repaired")

    told = [span for span in trace.spans if span.name == "tell_operator"]
    assert len(told) == trace.ledger[Fate.FAILED_SEEN]


def test_no_order_helps_the_broken_one_and_none_harms_the_repaired_one():
    assert set(broken_orders("floating-call").values()) == {(1, 1)}
    assert set(broken_orders("floating-call:repaired").values()) == {(0, 1)}


def test_asyncio_tells_of_a_floating_failure_only_when_the_task_is_collected():
    told = []

    async def work():
        raise OSError

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        floating = asyncio.create_task(work())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert floating.done()
        assert told == []
        del floating
        gc.collect()

    asyncio.run(main())

    assert told == ["Task exception was never retrieved"]


def test_in_node_the_process_ends_under_every_flag_in_every_version_that_was_tried():
    rows = [line.split(" | ") for line in printed("04_logout_unhandled") if "| asWritten |" in line]

    assert len({row[0] for row in rows}) == 6
    assert {row[4] for row in rows} == {"1"}
