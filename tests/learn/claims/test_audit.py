"""Claims 36 and 38: whether an approval waits for its audit, and how a missing audit is detected."""

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from tests.learn.claims.harness import now, play, takes


@pytest.mark.parametrize(
    ("delivery", "returned", "written"), [(DeliveryMode.AWAITED, 0.080, ["row"]), (DeliveryMode.DETACHED, 0, [])]
)
@play
async def test_36_an_awaited_audit_is_written_when_the_approval_returns_and_a_detached_one_is_not(
    delivery, returned, written
):
    bus, rows = EventBus(), []
    bus.on("audit.procurement.approval", takes(0.080, rows, "row"), delivery=delivery)

    await bus.emit_async("audit.procurement.approval", {"task_id": "t-1"})

    assert (now(), rows) == (returned, written)
    await bus.drain()
    assert rows == ["row"]


@play
async def test_38_the_ledger_counts_an_event_without_a_listener():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)

    assert await bus.emit_async("audit.procurement.approval") == []

    assert ledger.counts() == {Fate.NO_LISTENER: 1}
