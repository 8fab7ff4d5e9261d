"""Each finding in bold is proved again here, with a separate run. A finding without a proof fails."""

import asyncio
import re
from functools import partial
from importlib import import_module
from inspect import iscoroutinefunction
from itertools import pairwise

import pytest

from eventdemo import EventBus, Fate, Ledger
from eventdemo.learn import fate_example
from eventdemo.learn.claims import claim
from eventdemo.learn.nest_options import event_emitter2
from eventdemo.simulate import DEFAULTS, simulate
from tests.house.repo import files
from tests.notebooks.proofs import FOUND, finding
from tests.notebooks.stored import PATHS, prose

for path in files("tests/notebooks/proofs/about_*.py"):
    import_module(path.removesuffix(".py").replace("/", "."))


def stated():
    """Yield the findings of all notebooks."""
    for name in PATHS:
        yield from (" ".join(text.split()) for text in re.findall(r"\*\*Finding: (.+?)\*\*", prose(name), re.DOTALL))


def emits(trace):
    return [span for span in trace.spans if span.kind == "emit"]


@finding("`emit` returned immediately, and its listeners carried on after it had returned.")
def _():
    trace = simulate("logout", users=3)

    assert all(span.end == span.scheduled for span in emits(trace))
    assert trace.ledger == {Fate.DONE: 6}
    assert trace.metrics.last_listener_done > max(span.end for span in emits(trace))


@finding("with `sync`, one blocking listener delays every request.")
def _():
    *_, second, third = emits(simulate("logout", strategy="sync", users=3))
    *_, on_time = emits(simulate("logout", strategy="awaited", users=3))

    assert on_time.scheduled < second.end <= third.scheduled


@finding("the fastest strategy is the one that Oracle rate-limits, and its errors are lost.")
def _():
    runs = [simulate("fan-out", strategy=name, users=40) for name in ("sync", "sequential", "awaited", "bounded:8")]
    quickest = simulate("fan-out", strategy="detached", users=40)

    assert quickest.metrics.last_listener_done < min(run.metrics.last_listener_done for run in runs)
    assert quickest.metrics.throttled == quickest.ledger[Fate.FAILED_UNSEEN] > 0
    assert not any(run.metrics.throttled for run in runs)


@finding("two slots that are always busy do as much work as three that are often idle.")
def _():
    two, three = (simulate("fan-out", strategy=name, users=40).metrics for name in ("bounded:2", "awaited"))

    assert two.last_listener_done == pytest.approx(three.last_listener_done, rel=0.15)
    assert two.peak_in_flight["oracle-fusion"] <= 2


@finding("`{ async: false }` waits, in each of 15 versions that were measured.")
def _():
    assert "in all 15 versions" in claim(36).really
    assert simulate("async-flag", variant="false", users=4).checks[0].holds
    assert not simulate("async-flag", variant="true", users=4).checks[0].holds


@finding("the emitter sees the error only if it awaits and the wrapper doesn't swallow it.")
def _():
    ledgers = {
        flag: simulate("async-flag", variant=flag, users=12).ledger for flag in ("false", "throw", "true", "true-throw")
    }

    assert [flag for flag, ledger in ledgers.items() if Fate.FAILED_SEEN in ledger] == ["throw"]
    assert Fate.FAILED_UNSEEN in ledgers["true-throw"]


@finding("in this bus a coroutine listener never begins inside `emit`.")
def _():
    lines = []

    async def listener():
        lines.append("began")

    async def main():
        bus = EventBus()
        bus.on("auth.logout", listener)
        bus.emit("auth.logout")
        lines.append("emit returned")
        await bus.drain()

    asyncio.run(main())
    assert lines == ["emit returned", "began"]


@finding("a dropped coroutine never runs, and `emit` returns `True` anyway.")
def _():
    import pyee

    lines, bus = [], pyee.EventEmitter()

    async def listener():
        lines.append("ran")

    bus.on("auth.logout", listener)
    with pytest.warns(RuntimeWarning, match="never awaited"):
        assert bus.emit("auth.logout")
    assert lines == []
    assert simulate("never-awaited", users=2).ledger == {Fate.NEVER_AWAITED: 2}


@finding("decide by what the call returned, not by how the function was defined.")
def _():
    lines = []

    async def send():
        lines.append("ran")

    def wrapped():
        return send()

    async def main():
        bus = EventBus()
        bus.on("auth.login", wrapped)
        await bus.emit_async("auth.login")

    assert not iscoroutinefunction(wrapped)
    asyncio.run(main())
    assert lines == ["ran"]


@finding("an event without a listener is counted, too.")
def _():
    assert EventBus().emit("auth.logot") is False
    assert simulate("typo", users=4).ledger == {Fate.NO_LISTENER: 4}


@finding("in five of these six programs the emitter gets no error; with `skipped` it gets that of the listener before.")
def _():
    for fate in (fate for fate in Fate if fate.verdict == "lost" and fate is not Fate.SKIPPED):
        assert Fate.FAILED_SEEN not in fate_example(fate).fates()
    failed = [span.name for span in fate_example("skipped").spans if span.fate is Fate.FAILED_SEEN]
    assert failed == ["clear_token"], "the error is that of the listener before"


def test_an_arrow_function_around_an_async_one_is_only_different_with_async_true():
    wrapped = "arrow around an async function"

    assert [event_emitter2(option, wrapped).waits for option in ("none", "{ async: false }")] == [True, True]
    assert not event_emitter2("{ async: true }", wrapped).waits


@pytest.mark.parametrize(("strategy", "waits"), [*zip(DEFAULTS, (True, True, True, False, False), strict=True)])
def test_the_poll_waits_for_the_listeners_of_one_employee_or_not(strategy, waits):
    trace = simulate("fan-out", strategy=strategy, users=4)

    ended = {emit.id: emit.end for emit in emits(trace)}
    assert all(span.end <= ended[span.cause] for span in trace.spans if span.kind == "listener") == waits


def test_an_emitter_that_gives_up_gets_its_own_timeout():
    async def main():
        bus, ledger = EventBus(), Ledger()
        bus.observe(ledger)
        bus.on("auth.logout", partial(asyncio.sleep, 9))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await bus.emit_async("auth.logout")
        assert ledger.counts() == {Fate.CANCELLED_AT_EXIT: 1}

    asyncio.run(main())


def test_each_strategy_from_sequential_on_is_faster_than_the_one_before():
    _, *runs = [simulate("fan-out", strategy=name, users=40).metrics for name in DEFAULTS]

    for slower, faster in pairwise(runs):
        assert faster.emit_returned_p50 < slower.emit_returned_p50
        assert faster.last_listener_done < slower.last_listener_done


def test_the_checks_of_the_poll_hold_although_deliveries_fail():
    trace = simulate("fan-out", strategy="detached", users=40)

    assert trace.count("failed") == 43
    assert [check.found for check in trace.checks] == ["no user is skipped", "no push is sent twice"]


def test_keys_repeat_the_calls_of_interrupted_listeners():
    calm, crashed = (
        simulate("fan-out", users=6, instances=3, repairs="idempotency-key", crashes=crashes).metrics.calls
        for crashes in ((), ("A@0.5",))
    )

    assert calm["oracle-fusion"] + calm["yardi"] == 24
    assert crashed["oracle-fusion"] + crashed["yardi"] == 28


@finding("the ledger of a dead process is incomplete, and balances anyway.")
def _():
    due, killed = simulate("logout", users=4), simulate("logout", users=4, crashes=["A@0.2"])

    assert (due.deliveries, killed.deliveries) == (8, 6)
    assert killed.balanced


@finding("a restarted process serves new requests, but it doesn't resume what was interrupted.")
def _():
    restarted = simulate("logout", users=4, crashes=["A@0.2..0.21"])

    assert restarted.ledger == {Fate.DONE: 6, Fate.LOST_IN_CRASH: 2}


@finding("a balanced ledger says that every listener ended, not that it did the right thing.")
def _():
    trace = simulate("shared-payload", users=4)

    assert trace.ledger == {Fate.DONE: 8}
    assert trace.balanced
    assert [check.found for check in trace.checks] == ["4 approvals have no user"]


@finding("an event reaches listeners only in the process that emitted it.")
def _():
    apart = simulate("lifecycle", users=6, instances=3)

    ran = {(span.instance, span.cause) for span in apart.spans if span.kind == "listener" and span.start is not None}
    home = {span.id: span.instance for span in emits(apart)}
    assert all(home[cause] == instance for instance, cause in ran)
    assert apart.ledger[Fate.OTHER_INSTANCE] > 0
    assert not apart.checks[0].holds


@finding("three instances do the work three times, and every ledger balances.")
def _():
    alone, three = (simulate("fan-out", users=6, instances=number) for number in (1, 3))

    assert three.ledger == {Fate.DONE: 3 * alone.ledger[Fate.DONE]}
    assert three.metrics.calls["oracle-fusion"] == 3 * alone.metrics.calls["oracle-fusion"]
    assert three.metrics.calls["fcm"] == alone.metrics.calls["fcm"]
    assert three.is_clean


@finding("a concurrency limit applies to one process, so it is multiplied like everything else.")
def _():
    one, four = (simulate("fan-out", strategy="bounded:8", users=40, instances=number) for number in (1, 4))

    assert one.metrics.throttled == 0 < four.metrics.throttled
    assert one.metrics.peak_in_flight["oracle-fusion"] <= 8 < four.metrics.peak_in_flight["oracle-fusion"]


@finding("with a lock, the others wait for a dead leader, and repeat some work.")
def _():
    calm, crashed = (
        simulate("fan-out", users=6, instances=3, repairs="leader-lock", crashes=crashes)
        for crashes in ((), ("A@0.5",))
    )

    assert calm.ledger == {Fate.DONE: 18}
    assert crashed.metrics.last_listener_done > calm.metrics.last_listener_done + 5
    assert crashed.ledger[Fate.DONE] > 18


@finding("with keys each delivery is recorded once, but all three instances still poll everything.")
def _():
    keyed = simulate("fan-out", users=6, instances=3, repairs="idempotency-key")
    crashed = simulate("fan-out", users=6, instances=3, repairs="idempotency-key", crashes=["A@0.5"])

    assert keyed.ledger == {Fate.DONE: 18, Fate.DUPLICATE: 36}
    assert crashed.ledger[Fate.DONE] == 18


@finding("each broadcast is a message to every instance, and the caches agree once it has arrived.")
def _():
    apart = simulate("lifecycle", users=6, instances=3)
    together = simulate("lifecycle", users=6, instances=3, repairs="broadcast")

    assert together.deliveries > apart.deliveries
    assert together.checks[0].holds > apart.checks[0].holds


@pytest.mark.parametrize("sentence", sorted(set(stated())))
def test_a_finding_holds(sentence):
    assert sentence in FOUND, "a finding needs a proof in this file"

    FOUND[sentence]()


def test_every_proof_belongs_to_a_finding():
    assert set(FOUND) == set(stated())
