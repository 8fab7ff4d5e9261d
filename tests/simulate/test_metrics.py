"""Numbers of a long run in little memory: quantiles within half a percent, the order of starts and ends, calls."""

import asyncio
import gc
import math
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.core.runner import Runner
from eventdemo.simulate import run
from eventdemo.simulate.metrics import CallCounter, Quantiles, Stopwatch
from eventdemo.simulate.recorder import Recorder

DURATIONS = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=200)


def quantiles_of(durations):
    quantiles = Quantiles()
    for seconds in durations:
        quantiles.add(seconds)
    return quantiles


@given(DURATIONS, st.sampled_from([0.25, 0.5, 0.95, 1.0]))
def test_a_quantile_is_within_half_a_percent_of_the_exact_one(durations, share):
    exact = sorted(durations)[math.ceil(share * len(durations)) - 1]

    assert quantiles_of(durations).at(share) == pytest.approx(exact, rel=0.005)


@given(DURATIONS)
def test_quantiles_do_not_depend_on_the_order_of_the_durations(durations):
    assert quantiles_of(durations).at(0.5) == quantiles_of(reversed(durations)).at(0.5)


def test_without_durations_a_quantile_is_zero():
    assert Quantiles().at(0.95) == 0


def test_any_number_of_durations_needs_a_few_hundred_counts():
    assert len(quantiles_of(0.1 + number / 1e5 for number in range(100_000)).counts) <= 1000


def test_calls_are_counted_by_service_and_at_their_busiest():
    calls = CallCounter()
    for _ in range(3):
        calls.began("a")
    calls.ended("a", "200")
    calls.began("a")
    calls.began("b")
    calls.ended("b", "429")

    assert calls.made == {"a": 4, "b": 1}
    assert calls.peak == {"a": 3, "b": 1}
    assert calls.throttled == 1


def watched(bus, main):
    """Run `main` with a stopwatch on the bus; return the watch."""

    async def watching():
        watch = Stopwatch(asyncio.get_running_loop().time)
        bus.observe(watch)
        await main()
        await bus.drain()
        return watch

    return run(watching())


def sleeper(seconds, name="sleeper"):
    async def listens(*_):
        await asyncio.sleep(seconds)

    listens.__name__ = name
    return listens


def test_emit_returned_is_the_time_that_emit_took():
    bus = EventBus()
    bus.on("x", sleeper(2))

    async def main():
        await bus.emit_async("x")
        bus.emit("x")

    watch = watched(bus, main)

    assert (watch.returned_after.at(0.5), watch.returned_after.at(1)) == (0, 2)
    assert watch.last_ended == 4


def test_a_delivery_finishes_out_of_order_if_a_later_one_of_the_same_listener_ended_before():
    bus = EventBus()

    async def takes(seconds):
        await asyncio.sleep(seconds)

    bus.on("x", takes)

    async def main():
        for seconds in (5, 1, 2):
            bus.emit("x", seconds)

    assert watched(bus, main).finished_out_of_order == 1


def test_deliveries_of_different_listeners_have_no_order():
    bus = EventBus()
    bus.on("x", sleeper(5, "slow"))
    bus.on("x", sleeper(1, "quick"))

    async def main():
        bus.emit("x")
        bus.emit("x")

    assert watched(bus, main).finished_out_of_order == 0


class Shuffling(Runner):
    """Breaks a guarantee: starts coroutine listeners in the opposite order."""

    async def run(self, deliveries):
        return await super().run(deliveries[::-1])


@pytest.mark.parametrize(("runner", "late"), [(Runner(), 0), (Shuffling(), 2)])
def test_a_listener_that_starts_before_an_earlier_registered_one_is_counted(runner, late):
    bus = EventBus(runner=runner)
    for name in "abc":
        bus.on("x", sleeper(1, name))

    assert watched(bus, lambda: bus.emit_async("x")).started_out_of_order == late


def test_metrics_are_rounded_to_microseconds():
    bus = EventBus()
    bus.on("x", sleeper(1 / 3))
    watch = watched(bus, lambda: bus.emit_async("x"))

    metrics = watch.metrics(CallCounter(), longest_stall=2 / 3)

    assert (metrics.last_listener_done, metrics.longest_stall) == (0.333333, 0.666667)


def test_ledger_stopwatch_and_recorder_do_not_grow_with_the_number_of_deliveries():
    bus = EventBus(max_listeners=0)
    for _ in range(20):
        bus.on("x", lambda _: None)
    bus.on("x", sleeper(0.1))

    async def main():
        time = asyncio.get_running_loop().time
        for observer in (ledger := Ledger(), Stopwatch(time), recorder := Recorder(time, 10)):
            bus.observe(observer)
        sizes = []
        for _ in range(4):
            for number in range(300):
                bus.emit("x", number)
                await asyncio.sleep(0.01)
            await bus.drain()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
        return ledger, recorder, sizes

    tracemalloc.start()
    try:
        ledger, recorder, sizes = run(main())
    finally:
        tracemalloc.stop()

    assert ledger.deliveries == 25_200
    assert ledger.balanced
    assert len(recorder.kept) == 10
    assert sizes[-1] - sizes[0] < 50_000  # bytes, after 18,900 further deliveries
