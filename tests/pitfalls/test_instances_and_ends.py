"""The four pitfalls of processes that exit, and of several processes: `exit-loses-tasks` to `cron-times-n`."""

import asyncio

import pytest

from eventdemo.core.fates import Fate
from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.replay import parse, replay_traced
from eventdemo.simulate import simulate
from eventdemo.trace import text
from tests.pitfalls.orders import STRATEGIES, broken_orders, end, ends, printed

# exit-loses-tasks


def test_at_the_exit_running_listeners_are_cancelled_without_an_error():
    trace = simulate("exit-loses-tasks", users=6)

    assert trace.ledger[Fate.CANCELLED_AT_EXIT] > 0
    assert trace.count("failed") == 0


def test_the_listeners_of_the_last_logout_never_finish():
    """With two users, the first one's listeners may finish; the program exits with the last answer."""
    found = ends("exit-loses-tasks")

    assert "no topic stays subscribed" not in found
    assert len(found) > 1


def test_asyncio_run_does_the_same():
    done = []

    async def listener():
        try:
            await asyncio.sleep(60)
            done.append("listener")
        except asyncio.CancelledError:
            done.append("cancelled")
            raise

    async def main():
        asyncio.get_running_loop().create_task(listener()).add_done_callback(lambda _: None)
        await asyncio.sleep(0)

    asyncio.run(main())

    assert done == ["cancelled"]


def test_nest_does_not_wait_either():
    (line,) = [line for line in printed("18_extras") if "app.close()" in line]

    assert line.endswith("took 0 ms, listener finished false")


def test_drain_prevents_it_in_every_schedule():
    assert broken_orders("exit-loses-tasks:repaired")["awaited"][0] == 0
    failures, schedules = broken_orders("exit-loses-tasks")["detached"]
    assert failures == schedules


# crash


def test_no_finally_stores_the_work_that_is_left():
    """Nothing was stored, or the restart would have resumed it: see `log_out_and_mark_done`."""
    trace = simulate("crash", users=12)

    assert trace.ledger[Fate.LOST_IN_CRASH] > 0
    assert "resume" not in {span.detail for span in trace.spans}
    assert not trace.checks[0].holds


def test_work_stored_with_the_change_is_resumed_at_the_next_start():
    trace = simulate("crash", variant="repaired", users=12)

    (outage,) = trace.outages
    again = [span for span in trace.spans if span.kind == "listener" and span.scheduled > outage.end]
    lost = {span.subject for span in trace.spans if span.fate is Fate.LOST_IN_CRASH}
    assert {span.subject for span in again} >= lost
    assert {span.fate for span in again} == {Fate.DONE}


def test_in_one_schedule_of_four_the_kill_loses_work():
    assert ends("crash") == {"no deleted user stays logged in": 3, "1 device of a deleted user stays logged in": 1}
    assert ends("crash:repaired") == {"no deleted user stays logged in": 4}


def test_on_the_real_emitter_neither_catch_nor_finally_ran():
    (line,) = [line for line in printed("17b_bullmq_crash") if line.startswith("EventEmitter2:")]

    assert line.endswith('killed 0.5 s into a 1 s listener (with try/catch/finally); messages [{"start":1}]')


def test_the_picture_shows_the_kill_and_the_lost_listener():
    drawn = text.draw([simulate("crash", users=2)])

    assert "✗" in next(line for line in drawn.splitlines() if line.startswith("instance A"))
    assert "✗C crashed" in drawn


# instances


def test_what_b_missed_is_in_the_ledger():
    trace = simulate("instances", users=6)

    assert trace.ledger == {Fate.DONE: 6, Fate.OTHER_INSTANCE: 6}
    assert {span.instance for span in trace.spans if span.fate is Fate.OTHER_INSTANCE} == {"B"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_strategy_sends_an_event_to_another_instance(strategy):
    assert end("instances", users=6, strategy=strategy) == "6 cached names are out of date"
    assert end("instances", "repaired", users=6, strategy=strategy) == "every instance knows the new names"


def test_on_the_real_libraries_an_event_of_a_was_heard_in_a():
    assert 'events: ["emitted in A, heard in A"]' in printed("13_two_instances")


# cron-times-n


def test_on_the_real_libraries_both_instances_ran_the_job_in_every_second():
    assert "seconds in which both instances ran the job: all" in printed("13_two_instances")


def test_two_concurrent_polls_notify_twice_unless_one_is_much_later():
    found = ends("cron-times-n")

    assert found["1 of 1 users are notified twice"] > found["no user is notified twice"] > 0


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("repair", ["leader-lock", "idempotency-key"])
def test_both_fixes_hold_under_every_strategy(repair, strategy):
    assert end("cron-times-n", repair, users=6, strategy=strategy) == "no user is notified twice"


def test_the_lock_halves_the_calls_and_the_keys_record_duplicates():
    broken, locked, keyed = (
        simulate("cron-times-n", variant=variant, users=6) for variant in ("broken", "leader-lock", "idempotency-key")
    )

    assert broken.ledger == {Fate.DONE: 12}
    assert locked.ledger == {Fate.DONE: 6}
    assert keyed.ledger == {Fate.DONE: 6, Fate.DUPLICATE: 6}
    assert {span.instance for span in locked.spans} in ({"A"}, {"B"})


# in the explorer


def test_a_schedule_with_a_kill_shows_the_kill_and_the_lost_listener():
    run, spans, _, outages = replay_traced(parse("crash/awaited/fifo/11"))

    assert not run.holds
    assert [span.fate for span in spans if span.kind == "listener"] == [Fate.LOST_IN_CRASH]
    assert [(outage.instance, outage.end is not None) for outage in outages] == [("A", True)]


def test_a_schedule_of_two_instances_shows_both():
    spans = replay_traced(parse("cron-times-n/awaited/fifo/0")).spans

    assert {span.instance for span in spans} == {"A", "B"}


@pytest.mark.parametrize("version", ["crash", "crash:repaired", "cron-times-n:idempotency-key", "instances:repaired"])
def test_the_ledger_balances_in_every_schedule_of_kills_and_messages(version):
    chosen = experiment(version, "ledger-balances")

    found = explore(chosen, make_bus("awaited", chosen.bus))

    assert found.complete
    assert not found.refuted
