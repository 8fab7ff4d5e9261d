"""An async function of your own on a stage: instances, kills, and listeners that run in the process of their bus."""

import asyncio

import pytest

from eventdemo import Fate, claim
from eventdemo.backend.events import UserUpdated
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


# Each option that `compare` offers, on a program that is given a stage


async def updates(stage: Stage):
    """Emit the same event twice; a cache on each instance and a slow listener of this one hear it."""

    class Caches:
        async def refresh(self, event): ...

    stage.bus.on(UserUpdated, slow)
    stage.inbox.on(UserUpdated, Caches().refresh)
    await asyncio.sleep(0.1)  # until the other instance has registered its own
    event = UserUpdated(user_id=1)
    stage.bus.emit(event)
    stage.bus.emit(event)
    await stage.bus.drain()
    return f"{asyncio.get_running_loop().time():.1f} s"


@pytest.mark.parametrize(
    ("conditions", "ledger"),
    [
        ({}, {Fate.DONE: 2}),
        ({"instances": 2}, {Fate.DONE: 4, Fate.OTHER_INSTANCE: 4}),
        ({"instances": 2, "repairs": "broadcast"}, {Fate.DONE: 12}),
        ({"repairs": "idempotency-key"}, {Fate.DONE: 1, Fate.DUPLICATE: 1}),
        ({"crashes": "A@0.2"}, {Fate.LOST_IN_CRASH: 2}),
    ],
)
def test_instances_kills_and_fixes_show_in_the_ledger(conditions, ledger):
    trace = simulate(updates, users=1, **conditions)

    assert trace.balanced
    assert trace.ledger == ledger


def test_an_outbox_loses_nothing_in_a_kill():
    async def main(stage: Stage):
        stage.bus.on(UserUpdated, slow)
        await stage.bus.emit_async(UserUpdated(user_id=1))

    plain, stored = (simulate(main, users=1, crashes="A@0.1..1", repairs=repairs) for repairs in ("", "outbox"))

    assert plain.ledger == {Fate.DONE: 1, Fate.LOST_IN_CRASH: 1}
    assert stored.ledger == {Fate.DONE: 2}


def test_a_limit_makes_listeners_wait_for_each_other():
    plain, limited = (simulate(updates, users=1, repairs=repairs).checks[0].found for repairs in ("", "bounded:1"))

    assert (plain, limited) == ("0.3 s", "0.5 s")


def test_the_fix_drain_waits_for_listeners_although_the_run_does_not():
    assert simulate(notifies, users=3, drain=False, repairs="drain").ledger == {Fate.DONE: 3}


def test_kills_at_random_restart_the_program_until_it_ends():
    async def long(stage: Stage):
        await asyncio.sleep(20)

    trace = simulate(long, users=1, instances=2, kill_rate=10)

    assert len(trace.outages) > 1
    assert trace.checks[0].holds


@pytest.mark.parametrize("service", ["oracle", "yardi", "fcm"])
def test_a_service_that_is_down_fails_the_calls_of_the_program(service):
    async def calls(stage: Stage):
        if service == "fcm":
            await stage.fcm.subscribed_topics(next(d.token for n in stage.user_ids for d in stage.company.devices(n)))
        elif service == "oracle":
            user, integration = await stage.store.account(1, "oracle-fusion")
            await stage.oracle.line_managers(integration, user)
        else:
            user, integration = await stage.store.account(1, "yardi")
            await stage.yardi.pending_tasks(integration, user)

    assert simulate(calls).checks[0].found == "it ended"
    assert simulate(calls, **{service: "down"}).checks[0].found.startswith("raised ")
