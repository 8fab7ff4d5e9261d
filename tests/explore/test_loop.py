"""The controlled loop decides when sleeps end, and leaves the rest to asyncio."""

import asyncio
import gc
import weakref
from dataclasses import replace

import pytest

from eventdemo.backend.events import AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.explore import (
    FifoScheduler,
    RandomScheduler,
    ReplayScheduler,
    access,
    explore,
    play,
    wait,
)
from tests.explore import programs


def outcome(play_, scheduler=None, ready="fifo", bus=None):
    return play(programs.experiment(play_), bus or EventBus(), scheduler or FifoScheduler(), ready).outcome


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_sleep_ends_when_the_scheduler_chooses_it_whatever_its_length(ready):
    async def program(bus):
        ended = []

        async def sleeper(seconds):
            await asyncio.sleep(seconds)
            ended.append(seconds)

        await asyncio.gather(sleeper(3600), sleeper(0.001))
        return str(ended)

    assert outcome(program, ready=ready) == "[3600, 0.001]"
    assert set(explore(programs.experiment(program), reduce=False).outcomes) == {"[3600, 0.001]", "[0.001, 3600]"}


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_sleep_may_be_late_and_is_never_early(ready):
    async def program(bus):
        loop, took = asyncio.get_running_loop(), {}

        async def sleeper(seconds):
            began = loop.time()
            await asyncio.sleep(seconds)
            took[seconds] = loop.time() - began

        await asyncio.gather(sleeper(3600), sleeper(60))
        return str([int(took[3600]), int(took[60])])

    found = explore(programs.experiment(program), ready=ready, reduce=False)

    assert set(found.outcomes) == {"[3600, 60]", "[3600, 3600]"}


def test_a_worker_takes_a_step_however_much_it_computes():
    async def program(bus):
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(loop.clock.spend, 3600)
        return str(loop.time())

    assert outcome(program) == "0.001"


def test_an_event_is_stamped_with_the_time_of_its_schedule():
    async def program(bus):
        await wait()
        return AuthLogout(user_id=1).time.isoformat()

    assert {outcome(program) for _ in range(3)} == {"2026-01-02T06:00:00.001000+00:00"}


def test_a_task_without_a_reference_may_be_garbage_collected_during_a_schedule():
    async def program(bus):
        waiting = weakref.ref(asyncio.create_task(wait_for_an_unreferenced_future()))
        await wait()
        gc.collect()
        return "still there" if waiting() else "collected"

    async def wait_for_an_unreferenced_future():
        await asyncio.get_running_loop().create_future()

    assert outcome(program) == "collected"


async def busy_within_a_timeout(bus):
    async def busy():
        await asyncio.sleep(3600)
        await asyncio.sleep(3600)
        return "in time"

    try:
        return await asyncio.wait_for(busy(), timeout=60)
    except TimeoutError:
        return "timed out"


@pytest.mark.parametrize("ready", ["fifo", "turns", "any"])
def test_a_timeout_may_fire_at_any_await_that_it_covers(ready):
    found = explore(programs.experiment(busy_within_a_timeout), ready=ready)

    assert found.complete
    assert set(found.outcomes) == {"in time", "timed out"}


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_timeout_of_a_patient_program_fires_only_when_nothing_else_can_happen(ready):
    patient = replace(programs.experiment(busy_within_a_timeout), patient=True)

    assert set(explore(patient, ready=ready).outcomes) == {"in time"}


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_timeout_fires_when_nothing_else_can_happen(ready):
    async def program(bus):
        try:
            await asyncio.wait_for(asyncio.get_running_loop().create_future(), timeout=60)
        except TimeoutError:
            return f"timed out after {asyncio.get_running_loop().time():.0f} s"

    assert outcome(program, ready=ready) == "timed out after 60 s"


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_sleep_that_was_cancelled_is_no_option(ready):
    async def program(bus):
        sleeper = asyncio.create_task(asyncio.sleep(1))
        await wait()
        sleeper.cancel()
        await asyncio.wait([sleeper])
        await wait()
        return "cancelled" if sleeper.cancelled() else "slept"

    found = explore(programs.experiment(program), ready=ready)

    # The sleeper may end before it is cancelled, never after.
    assert set(found.outcomes) == {"cancelled", "slept"}


@pytest.mark.parametrize("ready", ["fifo", "any"])
def test_a_task_that_the_program_leaves_behind_is_cancelled_and_not_part_of_the_schedule(ready):
    cleaned_up = []

    async def program(bus):
        async def left_behind():
            try:
                await asyncio.sleep(1)
            finally:
                await asyncio.sleep(1)
                cleaned_up.append(True)

        bus.on("user.created", left_behind)
        bus.emit("user.created")
        await wait()
        return "done"

    runs = {
        play(programs.experiment(program), EventBus(), scheduler, ready).choices
        for scheduler in [FifoScheduler(), ReplayScheduler([])]
    }

    assert len(runs) == 1
    assert cleaned_up == [True, True]
    assert len(runs.pop()) <= 3


def test_ready_tasks_run_in_fifo_order():
    found = explore(programs.experiment(starts_of_three))
    assert dict(found.outcomes) == {"abc": 1}


def test_with_any_ready_task_next_every_order_of_starts_occurs():
    found = explore(programs.experiment(starts_of_three), ready="any")
    assert set(found.outcomes) == {"abc", "acb", "bac", "bca", "cab", "cba"}


async def starts_of_three(bus):
    started = []

    def listener(name):
        async def work():
            access("the starts")
            started.append(name)

        return work

    for name in "abc":
        bus.on("user.created", listener(name))
    bus.emit("user.created")
    await bus.drain()
    access("the starts", write=False)
    return "".join(started)


def test_a_seed_gives_the_same_schedules_again():
    experiment = programs.racing("a", "b", "c")

    runs = [play(experiment, EventBus(), RandomScheduler.seeded(seed)).outcome for seed in range(20)]

    assert runs == [play(experiment, EventBus(), RandomScheduler.seeded(seed)).outcome for seed in range(20)]
    assert len(set(runs)) > 3


def test_it_runs_inside_a_running_loop():
    """A notebook's cell runs in one."""

    async def cell():
        return explore(programs.racing("a", "b")).schedules

    assert asyncio.run(cell()) == 2


def test_a_blocking_listener_records_its_accesses():
    from eventdemo.explore import make_bus

    run = play(programs.lost_update(2), make_bus("sync")(), FifoScheduler())

    assert ("the counter", True) in {access for step in run.steps for access in step.accesses}


def test_an_access_outside_of_an_exploration_does_nothing():
    access("the counter")


def test_an_unnamed_task_has_the_name_of_its_coroutine():
    async def program(bus):
        async def write_counter():
            await wait()
            access("the counter")

        await asyncio.create_task(write_counter())
        return ""

    assert (
        "write_counter writes the counter"
        in play(programs.experiment(program), EventBus(), FifoScheduler()).described_steps
    )
