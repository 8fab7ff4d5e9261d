"""`floating-call`: the ledger does not see un-awaited work; asyncio reports its failure when it is collected."""

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


def test_an_operator_is_notified_once_of_each_failure():
    trace = simulate("floating-call", variant="repaired")

    calls = [span for span in trace.spans if span.name == "notify_operator"]
    assert len(calls) == trace.ledger[Fate.FAILED_SEEN]


def test_the_broken_version_fails_and_the_fixed_one_holds_in_every_schedule():
    assert set(broken_orders("floating-call").values()) == {(1, 1)}
    assert set(broken_orders("floating-call:repaired").values()) == {(0, 1)}


def test_asyncio_reports_a_floating_failure_only_when_the_task_is_collected():
    reported = []

    async def work():
        raise OSError

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
        floating = asyncio.create_task(work())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert floating.done()
        assert reported == []
        del floating
        gc.collect()

    asyncio.run(main())

    assert reported == ["Task exception was never retrieved"]


def test_in_node_the_process_exits_under_every_flag_in_every_tested_version():
    rows = [line.split(" | ") for line in printed("04_logout_unhandled") if "| asWritten |" in line]

    assert len({row[0] for row in rows}) == 6
    assert {row[4] for row in rows} == {"1"}
