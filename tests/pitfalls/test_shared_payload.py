"""`shared-payload`: the ledger sees nothing wrong, on pyee as here, until an event is frozen."""

import pytest
from pyee import EventEmitter

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.shared_payload import APPROVED, NOBODY, WritingLog
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders


def test_only_a_frozen_event_makes_it_a_failure_and_only_of_who_wrote():
    assert simulate("shared-payload").ledger == {Fate.DONE: 50}

    trace = simulate("shared-payload", variant="careless")
    assert trace.ledger == {Fate.DONE: 25, Fate.FAILED_LOGGED: 25}
    assert {span.name for span in trace.spans if span.fate is Fate.FAILED_LOGGED} == {"blank_out_name"}


@pytest.mark.parametrize("emitter", [EventEmitter, EventBus])
def test_every_emitter_hands_out_one_object(emitter):
    bus, read = emitter(), []
    bus.on(APPROVED, WritingLog().blank_out_name)
    bus.on(APPROVED, lambda payload: read.append(payload["user_id"]))

    bus.emit(APPROVED, {"user_id": 7})

    assert read == [NOBODY]


def test_no_order_helps():
    assert all(broken == all_orders for broken, all_orders in broken_orders("shared-payload").values())
    assert all(broken == 0 for broken, _ in broken_orders("shared-payload:careless").values())
