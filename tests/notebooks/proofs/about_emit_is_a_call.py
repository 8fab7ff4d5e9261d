"""The findings of `emit_is_a_call`."""

import pytest

from eventdemo import EventBus, Fate
from eventdemo.learn import fate_example
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import compared
from tests.notebooks.proofs import finding


@finding("an `emit` inside a listener runs to its end before the listener continues.")
def _():
    bus, lines = EventBus(), []

    @bus.on("outer")
    def outer():
        lines.append("begins")
        bus.emit("inner")
        lines.append("ends")

    bus.on("inner", lambda: lines.append("inner"))
    bus.on("outer", lambda: lines.append("second"))
    bus.emit("outer")

    assert lines == ["begins", "inner", "ends", "second"]


@finding("the error of a plain listener comes out of `emit`, and the listeners after it never run.")
def _():
    bus, lines = EventBus(), []

    @bus.on("user.created")
    def order_laptop():
        raise ConnectionError

    bus.on("user.created", lambda: lines.append("audit"))

    with pytest.raises(ConnectionError):
        bus.emit("user.created")
    assert lines == []
    assert Fate.SKIPPED in fate_example("skipped").fates()


@finding("a listener that computes delays every request in the process, not only the one that emitted.")
def _():
    blocked, fixed = (simulate("blocking-listener", users=10, variant=name) for name in ("broken", "repaired"))

    assert blocked.checks[0].found == "6 of 11 answers are late"
    assert blocked.metrics.longest_stall > 0.1 > fixed.metrics.longest_stall
    assert fixed.checks[0].holds
    waited = [span for span in compared(blocked, fixed).outlines if span.name == "auth.login"]
    assert len(waited) == 5
    assert max(span.end for span in waited) < 0.1


@finding("if the listener starts later, five of the six late answers are still late.")
def _():
    early, late = (simulate("blocking-listener", users=10, variant=name) for name in ("broken", "detached"))

    assert early.checks[0].found == "6 of 11 answers are late"
    assert late.checks[0].found == "5 of 11 answers are late"


@finding("the listeners and the emitter share one payload, so what one listener writes, all later ones read.")
def _():
    bus, read, payload = EventBus(), [], {"user_id": 7}
    bus.on("hr.approved", lambda event: event.update(user_id=0))
    bus.on("hr.approved", lambda event: read.append(event["user_id"]))

    bus.emit("hr.approved", payload)

    assert (read, payload) == ([0], {"user_id": 0})
