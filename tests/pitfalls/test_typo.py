"""`typo`: the event has no listener and nothing raises; a strict bus rejects the name and suggests the right one."""

import pytest
from pyee import EventEmitter

from eventdemo.backend.events import AuthLogin
from eventdemo.core.events import UnknownEventError
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.typo import StrictBus
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders


def test_the_ledger_records_each_event_without_a_listener():
    assert simulate("typo").ledger == {Fate.NO_LISTENER: 25}


def test_the_strict_bus_suggests_the_right_name():
    with pytest.raises(UnknownEventError, match=r"did you mean 'auth\.login'"):
        StrictBus().emit("auth.logn", AuthLogin(user_id=7))

    assert simulate("typo", variant="strict").emitted == 0


def test_pyee_only_returns_false():
    emitter = EventEmitter()
    emitter.on("auth.login", print)

    assert emitter.emit("auth.logn") is False


def test_no_strategy_helps():
    assert set(broken_orders("typo").values()) == {(1, 1)}
