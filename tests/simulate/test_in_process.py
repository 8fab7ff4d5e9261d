"""An async function of your own on a stage: instances, kills, and listeners that run in the process of their bus."""

import asyncio

import pytest

from eventdemo import Fate, claim
from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.simulate import simulate
from eventdemo.trace.conditions import ConditionsError


async def slow(_):
    await asyncio.sleep(0.2)


@claim("every user is notified", check=lambda stage: True)
async def notifies(stage: Stage):
    stage.bus.on("ready", slow)
    for user in stage.user_ids:
        stage.bus.emit("ready", user)
    await asyncio.sleep(0.1)


def test_on_a_stage_the_program_runs_once_on_each_instance():
    trace = simulate(notifies, users=3, instances=2)

    assert (trace.emitted, trace.ledger) == (6, {Fate.DONE: 6})
    assert trace.checks[0].holds


def test_a_kill_takes_the_program_and_a_restart_runs_it_again():
    trace = simulate(notifies, users=3, crashes="A@0.05..0.2")

    assert trace.ledger == {Fate.DONE: 3, Fate.LOST_IN_CRASH: 3}
    assert trace.checks[0].found == "3 deliveries lost"


def test_without_draining_listeners_are_cancelled_at_the_end():
    assert simulate(notifies, users=3, drain=False).ledger == {Fate.CANCELLED_AT_EXIT: 3}


def test_a_kill_takes_listeners_that_were_emitted_outside_of_the_process():
    ended = []

    async def main(stage: Stage):
        other = stage.start("B")

        async def listener():
            await asyncio.sleep(0.2)
            ended.append(1)

        other.bus.on("ready", listener)
        asyncio.get_running_loop().call_later(0.1, other.process.kill)
        other.bus.emit("ready")
        with pytest.RaisesGroup(DiedError):
            await other.bus.emit_async("ready")
        with pytest.raises(DiedError):
            other.bus.emit("ready")
        await asyncio.sleep(1)

    trace = simulate(main, users=1)

    assert ended == []
    assert (trace.ledger, trace.balanced) == ({Fate.LOST_IN_CRASH: 3}, True)


def test_a_leader_lock_has_nothing_to_lock():
    with pytest.raises(ConditionsError, match="has no scheduled jobs"):
        simulate(notifies, repairs="leader-lock")
