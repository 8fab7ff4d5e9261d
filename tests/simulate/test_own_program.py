"""An async function of your own in the simulator: its outcome, its claim, and the buses that it makes."""

import asyncio

import pytest
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter

from eventdemo import EventBus, Fate, claim, invariant
from eventdemo.explore import explore
from eventdemo.pitfalls import Pitfall, Variant
from eventdemo.simulate import NothingCanHappenError, StepLimitError, compare, simulate
from eventdemo.simulate.import_program import BadProgramError
from eventdemo.simulate.own_run import STEP_LIMIT
from eventdemo.trace.conditions import ConditionsError

LOST = "it ended; 1 delivery lost"


def outcome(main, **options):
    (check,) = simulate(main, **options).checks
    return check.found, check.holds


async def slow(*_):
    await asyncio.sleep(0.2)


async def failing(*_):
    raise ValueError("no")


def emits(make, listener, wait):
    """Return a program that makes a bus, emits once, and waits; `emit` never waits for a coroutine."""

    async def main():
        bus = make()
        bus.on("sold", listener)
        bus.emit("sold", 1)
        await asyncio.sleep(wait)

    return main


async def raises():
    raise ValueError("no")


async def deadlock():
    await asyncio.get_running_loop().create_future()


async def returns():
    return "2 sold"


@pytest.mark.parametrize(
    ("main", "found"),
    [
        (returns, ("2 sold", True)),
        (raises, ("raised ValueError: no", False)),
        (deadlock, ("deadlock: deadlock waits at test_own_program.py:50", False)),
        (emits(EventBus, slow, 1), ("it ended", True)),
        (emits(EventBus, slow, 0), (LOST, False)),
        (emits(EventBus, failing, 1), ("it ended; the error of 1 delivery lost", False)),
        (emits(AsyncIOEventEmitter, slow, 1), ("it ended", True)),
        (emits(AsyncIOEventEmitter, slow, 0), (LOST, False)),
        (emits(AsyncIOEventEmitter, print, 0), ("it ended", True)),
    ],
)
def test_the_outcome_is_the_result_an_exception_a_deadlock_or_a_lost_delivery(main, found):
    assert outcome(main) == found


@pytest.mark.filterwarnings("ignore:coroutine 'slow' was never awaited")
@pytest.mark.parametrize(
    ("make", "fate"),
    [
        (EventBus, Fate.CANCELLED_AT_EXIT),
        (AsyncIOEventEmitter, Fate.CANCELLED_AT_EXIT),
        (EventEmitter, Fate.NEVER_AWAITED),  # it calls the coroutine function, and drops what that returns
    ],
)
def test_a_delivery_that_is_still_running_at_the_end_has_its_fate_in_the_ledger(make, fate):
    trace = simulate(emits(make, slow, 0))

    assert (trace.ledger, trace.balanced) == ({fate: 1}, True)


def test_an_emitter_of_pyee_reports_failures_and_listeners_that_were_skipped():
    async def main():
        bus = EventEmitter()
        for listener in (print, lambda _: 1 / 0, print):
            bus.on("sold", listener) if listener is not print else bus.add_listener("sold", lambda _: None)
        bus.emit("sold", 1)

    trace = simulate(main)

    assert trace.ledger == {Fate.DONE: 1, Fate.FAILED_SEEN: 1, Fate.SKIPPED: 1}
    assert [span.name for span in trace.spans if span.kind == "emit"] == ["sold"]


def test_the_strategy_applies_to_a_bus_that_the_program_makes():
    async def main():
        bus = EventBus()
        bus.on("sold", slow)
        await bus.emit_async("sold")
        return str(asyncio.get_running_loop().time())

    runs = compare(main, strategies=("awaited", "detached"))

    assert [run.checks[0].found for run in runs] == ["0.2", "0.0; 1 delivery lost"]


module_bus = EventBus()
module_bus.on("seen", slow)


async def uses_the_bus_of_its_module():
    module_bus.emit("seen")


def test_a_bus_of_the_programs_module_is_observed_during_the_run_only():
    assert outcome(uses_the_bus_of_its_module) == (LOST, False)
    assert module_bus._eventdemo_bus.observers.all == ()


@claim("all is well")
async def agrees():
    return "all is well"


@claim("all is well")
async def says_nothing(): ...


@claim("all is well")
async def disagrees():
    return False


@claim("all is well", ledger=False)
async def loses_a_delivery(bus):
    bus.on("sold", slow)
    bus.emit("sold")


@claim("all is well", check=lambda bus: f"{len(bus.event_names())} names")
async def checked_at_the_end(bus):
    bus.on("sold", slow)


@pytest.mark.parametrize(
    ("main", "found"),
    [
        (agrees, ("all is well", True)),
        (says_nothing, ("all is well", True)),
        (disagrees, ("it is not true that all is well", False)),
        (loses_a_delivery, ("all is well", True)),
        (checked_at_the_end, ("1 names", False)),
    ],
)
def test_a_claim_is_held_against_the_result(main, found):
    assert outcome(main) == found


async def sells_too_much():
    stock = [1]
    invariant("the stock is not negative", lambda: stock[0] >= 0)

    async def buy():
        await asyncio.sleep(0.1)
        stock[0] -= 1
        await asyncio.sleep(0.1)
        stock[0] += 1

    await asyncio.gather(buy(), buy())


def test_an_invariant_is_checked_after_each_step():
    broken = "the invariant 'the stock is not negative' was broken by buy at test_own_program.py:"

    found, holds = outcome(sells_too_much)
    assert found.startswith(broken)
    assert not holds
    assert explore(sells_too_much).failing.outcome.startswith(broken)


def test_elsewhere_an_invariant_does_nothing():
    asyncio.run(sells_too_much())


async def endless():
    while True:  # noqa: ASYNC110 - a heartbeat
        await asyncio.sleep(1)


def test_a_program_that_never_ends_has_no_trace(monkeypatch):
    monkeypatch.setattr("eventdemo.simulate.own_run.STEP_LIMIT", STEP_LIMIT // 1000)

    with pytest.raises(StepLimitError):
        simulate(endless)


def test_what_is_not_an_async_function_is_refused():
    with pytest.raises(BadProgramError, match="write `async def`"):
        simulate(lambda: None)


def test_without_a_stage_there_are_no_instances_services_or_users():
    with pytest.raises(ConditionsError, match=r"takes no Stage, so it has no instances .* omit --instances, --fcm"):
        simulate(returns, instances=2, fcm="down")
    with pytest.raises(ConditionsError, match="takes no Stage, so it has no users"):
        simulate(returns, users=2)
    with pytest.raises(ConditionsError, match="no database for an outbox"):
        simulate(returns, strategy="outbox")


# What a result shows


def test_a_run_a_comparison_and_an_exploration_show_themselves(tmp_path):
    main = emits(EventBus, slow, 1)

    for shown in (simulate(main), compare(main, strategies=("awaited",)), explore(main)):
        assert str(shown) == shown.report()
        assert "slow" in shown.timeline()
        assert shown._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
        assert shown.ledger
        shown.html(tmp_path / "page.html")
        assert "<svg" in (tmp_path / "page.html").read_text()


def test_without_an_emit_there_is_no_timeline():
    trace = simulate(returns)

    assert trace.timeline() == "Nothing was emitted, so there is no timeline.\n"
    assert (
        str(trace) == "Nothing was emitted.\n✓ the program ends without an exception, and loses no delivery: 2 sold\n"
    )
    assert trace._repr_mimebundle_().keys() == {"text/plain"}


def test_a_deadlock_of_a_scenario_is_still_an_error():
    async def play(stage):
        await deadlock()

    with pytest.raises(NothingCanHappenError):
        simulate(Pitfall("stuck", "it ends", (Variant("only", play),)))
