"""`double-register`: EventEmitter2 and Nest call a listener twice, pyee keeps one; what each fix does instead."""

from functools import cache

import pytest
from pyee import EventEmitter

from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed


@cache
def ledger(variant):
    return simulate("double-register", variant=variant).ledger


def test_the_second_delivery_is_called_a_duplicate():
    assert ledger("broken") == {Fate.DONE: 25, Fate.DUPLICATE: 25}


def test_subscribe_delivers_once_and_an_idempotent_listener_does_nothing_the_second_time():
    assert ledger("repaired") == {Fate.DONE: 25}
    assert ledger("idempotent") == {Fate.DONE: 25, Fate.DUPLICATE: 25}


def test_event_emitter_2_calls_a_function_twice_and_pyee_keeps_one():
    calls, emitter = [], EventEmitter()
    emitter.on("auth.login", calls.append)
    emitter.on("auth.login", calls.append)

    emitter.emit("auth.login", 7)

    (line,) = [line for line in printed("15_semantics") if line.startswith("same function registered twice: calls")]
    assert line.endswith("plain: 2 | wildcard: 2")
    assert calls == [7]


@pytest.mark.parametrize("version", ["", "@v1.4.2", "@v2.0.4", "@v2.1.1", "@v3.1.0"])
def test_nest_calls_a_listener_of_two_modules_twice(version):
    assert "listener class in providers of two modules: calls per emit 2" in printed(f"11_bootstrap{version}")


def test_it_fails_in_every_schedule():
    assert broken_orders("double-register")["awaited"] == (2, 2)
    assert broken_orders("double-register:idempotent")["awaited"] == (0, 1)
