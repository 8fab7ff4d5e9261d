"""Claims 13 and 14: the two listeners of the article's logout."""

import asyncio
import gc

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from tests.learn.claims.harness import play


@play
async def test_13_the_error_of_a_floating_call_is_lost():
    reported, ledger, bus = [], Ledger(), EventBus(strict=True)
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["exception"]))
    bus.observe(ledger)

    async def log_out_device():
        raise ConnectionError("db down")

    async def as_printed(_event):
        asyncio.ensure_future(log_out_device())  # noqa: RUF006 - the point: neither awaited nor held

    bus.on("auth.logout", as_printed)
    await bus.emit_async("auth.logout", {"user_id": 7})

    assert ledger.counts() == {Fate.DONE: 1}
    await asyncio.sleep(0)
    gc.collect()
    assert [str(error) for error in reported] == ["db down"]


def test_14_the_printed_listeners_race_and_the_fixed_ones_do_not():
    printed, repaired = (explore(experiment(name), EventBus) for name in ("logout-race", "logout"))

    assert printed.refuted
    assert any("stay subscribed" in outcome and outcome != printed.experiment.claim for outcome in printed.outcomes)
    assert not repaired.refuted
