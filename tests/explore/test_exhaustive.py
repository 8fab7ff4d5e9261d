"""The search runs every schedule once, and omits only those that change nothing."""

import asyncio
from contextlib import suppress
from math import factorial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventdemo.explore import access, explore, make_bus, play, wait
from eventdemo.explore.races import independent
from eventdemo.explore.reduction import Reduced, SleepSetBlockedError
from eventdemo.explore.steps import ANYTHING
from tests.explore import programs

STEPS = st.lists(st.tuples(st.sampled_from("xy"), st.booleans()), max_size=2, unique=True)
PROGRAMS = st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=2, max_size=3).filter(
    lambda program: sum(map(len, program)) <= 6
)


def interleavings(*lengths):
    """Return the number of interleavings of sequences of these lengths."""
    product = factorial(sum(lengths))
    for length in lengths:
        product //= factorial(length)
    return product


@pytest.mark.parametrize(("listeners", "steps"), [(2, 1), (2, 3), (3, 2), (3, 3)])
def test_every_interleaving_is_run_once_without_reduction(listeners, steps):
    found = explore(programs.listeners_of_steps(listeners, steps, shared=False), reduce=False)

    assert found.complete
    assert found.schedules == interleavings(*[steps] * listeners)


def test_three_listeners_of_three_steps_have_1680_interleavings():
    assert explore(programs.listeners_of_steps(3, 3, shared=False), reduce=False).schedules == 1680


def test_a_task_that_was_cancelled_during_a_sleep_is_one_option_and_not_one_more_for_its_sleep():
    async def play(_bus):
        sleeping = asyncio.create_task(wait())
        await wait()
        sleeping.cancel()
        await asyncio.wait([sleeping])
        return "done"

    found = explore(programs.experiment(play), ready="any", reduce=False)

    # It is cancelled before it starts, during its sleep, or in vain after it.
    assert found.schedules == 3


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_independent_listeners_have_one_schedule(ready):
    found = explore(programs.listeners_of_steps(3, 3, shared=False), ready=ready)

    assert (found.schedules, found.complete) == (1, True)


def test_a_reduced_search_of_independent_listeners_begins_no_schedule_that_it_abandons():
    search, begun = Reduced(), 0
    while search.more():
        begun += 1
        with suppress(SleepSetBlockedError):
            run = play(programs.listeners_of_steps(3, 3, shared=False), make_bus("awaited")(), search)
            search.ended(run.steps[-1].accesses)

    assert begun == 1


def test_reduction_omits_nothing_if_all_steps_are_dependent():
    assert explore(programs.listeners_of_steps(3, 3, shared=True)).schedules == 1680


@pytest.mark.parametrize("reduce", [True, False])
def test_a_counter_loses_an_update_in_some_orders(reduce):
    found = explore(programs.lost_update(2), reduce=reduce)

    # Reads R and writes W: of the six merges of RW and RW only RWRW and its mirror image count both.
    assert found.complete
    assert found.refuted
    assert found.outcomes == ({"2 counted": 2, "1 counted": 2} if reduce else {"2 counted": 2, "1 counted": 4})


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(PROGRAMS)
def test_reduction_loses_no_outcome_and_runs_each_class_of_schedules_once(program):
    experiment = programs.with_accesses(program)
    orders, classes = programs.classes(program)

    every = explore(experiment, reduce=False, bound=10_000)
    reduced = explore(experiment, bound=10_000)

    assert every.complete
    assert reduced.complete
    assert set(reduced.outcomes) == set(every.outcomes)
    assert every.schedules == orders
    assert reduced.schedules == classes


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(PROGRAMS.filter(lambda program: sum(map(len, program)) <= 4))
def test_reduction_loses_no_outcome_with_any_ready_task_next(program):
    experiment = programs.with_accesses(program)

    every = explore(experiment, reduce=False, ready="any", bound=10_000)
    reduced = explore(experiment, ready="any", bound=10_000)

    assert every.complete
    assert reduced.complete
    assert set(reduced.outcomes) == set(every.outcomes)
    assert reduced.schedules <= every.schedules


@given(STEPS, STEPS)
def test_steps_are_independent_unless_one_writes_what_the_other_touches(one, other):
    assert independent(frozenset(one), frozenset(other)) is not programs.clash(one, other)
    assert independent(frozenset(one), frozenset(other)) is independent(frozenset(other), frozenset(one))


@pytest.mark.parametrize("accesses", [frozenset(), frozenset({("x", False)})])
def test_a_step_that_depends_on_every_other_step_is_independent_of_none(accesses):
    dependent = frozenset({(ANYTHING, True)})

    assert not independent(dependent, accesses)
    assert not independent(accesses, dependent)


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_race_with_a_task_is_reversed_by_the_step_that_creates_it(ready):
    async def play(_bus):
        order = []

        async def write(name):
            await wait()
            access("x")
            order.append(name)

        async def create():
            await wait()
            await asyncio.create_task(write("created"))

        await asyncio.gather(write("first"), create())
        return ", ".join(order)

    reduced = explore(programs.experiment(play), ready=ready)

    assert reduced.complete  # so the random schedules that check the reduction found no other outcome
    assert set(reduced.outcomes) == {"first, created", "created, first"}


@pytest.mark.parametrize("strategy", ["sync", "sequential", "awaited", "bounded:1", "bounded:2", "detached"])
@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_reduction_loses_no_outcome_under_any_strategy(strategy, ready):
    """Queues and the table of listeners are shared too; the instrumented bus records their accesses."""
    from eventdemo.explore.guarantees.end_order import ends_in_order
    from eventdemo.explore.guarantees.registration import once_once
    from eventdemo.explore.guarantees.start_order import starts_nested_coroutines

    for guarantee in (ends_in_order, once_once, starts_nested_coroutines):
        reduced = explore(guarantee.experiment, make_bus(strategy), ready=ready)
        every = explore(guarantee.experiment, make_bus(strategy), ready=ready, reduce=False, bound=20_000)

        assert every.complete
        assert reduced.complete
        assert set(reduced.outcomes) == set(every.outcomes)


def test_a_bound_that_is_just_enough_is_enough():
    assert explore(programs.racing("a", "b", "c"), bound=6).complete
    assert not explore(programs.racing("a", "b", "c"), bound=5).complete


def test_past_the_bound_random_schedules_run():
    found = explore(programs.racing("a", "b", "c"), bound=4)

    assert not found.complete
    assert (found.schedules, found.sampled) == (8, 4)


def test_both_emits_may_take_the_only_call_of_a_once_listener_without_a_declared_access():
    async def play(bus):
        heard = []

        async def emitter(number):
            await wait()
            bus.emit("auth.login", number)

        bus.once("auth.login", heard.append)
        await asyncio.gather(emitter(1), emitter(2))
        return str(heard)

    found = explore(programs.experiment(play))

    assert found.complete
    assert set(found.outcomes) == {"[1]", "[2]"}


def test_both_orders_of_waiting_for_a_lock_run_without_a_declared_access():
    async def play(bus):
        lock, came = asyncio.Lock(), []

        async def customer(name):
            await wait()
            async with lock:
                await wait()
                came.append(name)

        await asyncio.gather(customer("a"), customer("b"))
        return ", ".join(came)

    found = explore(programs.experiment(play))

    assert found.complete
    assert set(found.outcomes) == {"a, b", "b, a"}


def test_a_program_may_end_before_or_after_any_task_that_it_does_not_await():
    async def play(bus):
        done = []

        async def work(name):
            await wait()
            access("the list")
            done.append(name)

        tasks = [asyncio.create_task(work(name)) for name in "ab"]
        await wait()
        access("the list", write=False)
        return ", ".join(done) + f" of {len(tasks)}"

    found = explore(programs.experiment(play))

    assert found.complete
    assert set(found.outcomes) == {" of 2", "a of 2", "b of 2", "a, b of 2", "b, a of 2"}


ACCESSES = STEPS.map(lambda accesses: ("access", accesses))
INTERFERENCE = st.tuples(st.sampled_from(["cancel", "join"]), st.integers(0, 2))
PROGRAMS_WITH_CANCELS = st.lists(
    st.lists(st.one_of(ACCESSES, INTERFERENCE), min_size=1, max_size=3), min_size=2, max_size=3
).filter(lambda program: sum(map(len, program)) <= 4)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(PROGRAMS_WITH_CANCELS, st.sampled_from(["fifo", "any"]))
def test_reduction_loses_no_outcome_if_tasks_cancel_and_join_each_other(program, ready):
    experiment = programs.interfering(program)

    every = explore(experiment, reduce=False, ready=ready, bound=3_000)
    reduced = explore(experiment, ready=ready, bound=3_000)

    assert reduced.complete or not every.complete
    assert set(reduced.outcomes) == set(every.outcomes) or not every.complete
