"""`shared-payload`: nothing fails, on pyee as here, unless the event is frozen."""

import pytest
from pyee import EventEmitter

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.shared_payload import APPROVED, NO_USER, WritingLog
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders


def test_a_frozen_event_makes_only_the_writing_listener_fail():
    assert simulate("shared-payload").ledger == {Fate.DONE: 50}

    trace = simulate("shared-payload", variant="careless")
    assert trace.ledger == {Fate.DONE: 25, Fate.FAILED_LOGGED: 25}
    assert {span.name for span in trace.spans if span.fate is Fate.FAILED_LOGGED} == {"blank_out_user"}


@pytest.mark.parametrize("emitter", [EventEmitter, EventBus])
def test_every_emitter_passes_the_same_object_to_all_listeners(emitter):
    bus, read = emitter(), []
    bus.on(APPROVED, WritingLog().blank_out_user)
    bus.on(APPROVED, lambda payload: read.append(payload["user_id"]))

    bus.emit(APPROVED, {"user_id": 7})

    assert read == [NO_USER]


def test_no_schedule_helps():
    assert all(broken == all_orders for broken, all_orders in broken_orders("shared-payload").values())
    assert all(broken == 0 for broken, _ in broken_orders("shared-payload:careless").values())
