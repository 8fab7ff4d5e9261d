"""What each fix guarantees under any kill, and what it costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.core.fates import Fate
from eventdemo.simulate import PATTERNS, simulate

FEW = 6
SOMEBODY_COMES_BACK = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 4000), st.integers(1, 3000)).map(
        lambda drawn: f"{drawn[0]}@{drawn[1] / 1000}..{(drawn[1] + drawn[2]) / 1000}"
    ),
    max_size=3,
    unique_by=lambda crash: crash[0],
)
"""Crashes after which every instance restarts."""


def broken(trace):
    """Return the claims that do not hold."""
    return {check.claim for check in trace.checks if not check.holds}


def played(name, instances, crashes, **conditions):
    crashes = [crash for crash in crashes if crash[0] in "ABC"[:instances]]
    trace = simulate(name, instances=instances, crashes=crashes, **conditions)
    assert trace.balanced
    assert trace.metrics.started_out_of_order == 0
    return trace


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(["fan-out", "sync-profile"]),
    strategy=st.sampled_from(["sequential", "awaited", "bounded:2", "detached"]),
    instances=st.integers(1, 3),
    crashes=SOMEBODY_COMES_BACK,
    kill_rate=st.sampled_from([0, 20]),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_a_leader_lock_skips_no_user_whichever_instance_is_killed(name, instances, crashes, **conditions):
    trace = played(name, instances, crashes, repairs="leader-lock", **conditions)

    assert "no user is skipped" not in broken(trace)


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from([*PATTERNS]),
    instances=st.integers(1, 3),
    crashes=SOMEBODY_COMES_BACK,
    repairs=st.lists(st.sampled_from(["leader-lock", "idempotency-key", "broadcast"]), unique=True),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_no_push_is_sent_twice_under_any_kill_and_any_fix(name, instances, crashes, **conditions):
    """The pattern ensures it: a task is stored as notified before the push."""
    assert "no push is sent twice" not in broken(played(name, instances, crashes, **conditions))


@settings(max_examples=25, deadline=None)
@given(
    strategy=st.sampled_from(["sequential", "awaited", "bounded:2", "detached"]),
    instances=st.integers(2, 3),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_with_a_broadcast_no_cache_is_out_of_date_unless_an_instance_is_killed(instances, **conditions):
    trace = played("lifecycle", instances, [], repairs="broadcast", **conditions)

    assert broken(trace) == set()
    assert Fate.OTHER_INSTANCE not in trace.ledger


def test_no_in_process_fix_helps_against_a_kill_between_commit_and_emit():
    """Half of a query's time is the way back: the user is deleted, and the process dies before it can emit."""
    repairs = "leader-lock,idempotency-key,broadcast,drain"
    whole = simulate("lifecycle", users=1, instances=2, repairs=repairs, crashes=["B@3600"], seed=3)
    delete = next(span for span in whole.spans if span.name == "user.deleted")
    crash = f"{delete.instance}@{delete.scheduled - 0.0005}..9"

    trace = simulate("lifecycle", users=1, instances=2, repairs=repairs, crashes=[crash], seed=3)

    assert "user.deleted" not in {span.name for span in trace.spans}
    assert broken(trace) == {"no deleted user stays logged in"}


ALL = "leader-lock,idempotency-key,broadcast,outbox,drain"
NOT_PROMISED = {
    "no push is sent twice",  # at least once: who dies after the push and before the job is done has it pushed again
    "no audit line is missing",  # what Oracle accepts and what we store are two systems: between them is no commit
}


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from([*PATTERNS]),
    instances=st.integers(1, 3),
    crashes=SOMEBODY_COMES_BACK,
    kill_rate=st.sampled_from([0, 20]),
    drain=st.booleans(),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_with_all_fixes_every_check_holds_whichever_instance_is_killed(name, instances, crashes, **conditions):
    trace = played(name, instances, crashes, repairs=ALL, **conditions)

    assert broken(trace) <= NOT_PROMISED
    lost = {span.name for span in trace.spans if span.fate is not None and span.fate.verdict == "lost"}
    assert lost <= {"refresh_name"}, "nothing but a memory that died with its process"


def test_an_outbox_delivers_at_least_once_so_a_push_may_be_sent_twice():
    trace = simulate("approval", users=20, instances=3, crashes=["A@0.6..0.9"], repairs=ALL)

    assert [check.found for check in trace.checks if not check.holds] == ["1 push was sent once more"]


def test_a_task_marked_as_notified_before_a_crash_is_never_pushed():
    whole = simulate("fan-out", users=FEW, repairs="outbox", crashes=["A@3600"])
    push = next(span for span in whole.spans if span.kind == "call" and span.name.endswith("messages:send"))

    trace = simulate("fan-out", users=FEW, repairs="outbox", crashes=[f"A@{push.scheduled - 0.001}..60"])

    assert trace.ledger == whole.ledger == {Fate.DONE: trace.deliveries}
    assert trace.metrics.calls["fcm"] < whole.metrics.calls["fcm"]


def test_a_job_of_a_dead_instance_is_taken_over_after_five_seconds():
    trace = simulate("fan-out", users=1, instances=2, repairs="leader-lock,outbox", crashes=["A@0.1"])

    assert trace.ledger == {Fate.DONE: 3}
    assert 5 < trace.metrics.last_listener_done < 7


def test_an_outbox_does_not_help_before_the_event_is_stored():
    trace = simulate("approval", users=20, instances=2, kill_rate=60, repairs=ALL)

    assert [check.found for check in trace.checks if not check.holds] == ["3 audit lines are missing"]


def test_with_an_outbox_an_exit_leaves_jobs_to_the_next_start():
    trace = simulate("logout", users=FEW, drain=False, repairs="outbox")

    assert trace.ledger[Fate.ACCEPTED] > 0
    assert trace.count("lost") == 0


def test_keys_make_one_job_of_one_scheduled_run_on_several_instances():
    trace = simulate("fan-out", users=FEW, instances=3, repairs="outbox,idempotency-key")

    assert trace.ledger == {Fate.DONE: 3 * FEW, Fate.DUPLICATE: 2 * 3 * FEW}


@pytest.mark.parametrize("repair", ["leader-lock", "idempotency-key"])
def test_three_instances_with_the_fix_make_as_many_calls_as_one_without(repair):
    one, three, repaired = (
        simulate("fan-out", users=FEW, instances=n, repairs=r).metrics.calls for n, r in ((1, ""), (3, ""), (3, repair))
    )

    assert repaired["fcm"] == one["fcm"]
    assert sum(repaired.values()) <= sum(one.values()) + 2 * 6  # each instance logs in once more, to three tenants
    assert sum(three.values()) > 2 * sum(repaired.values())


def test_a_key_costs_two_queries_a_delivery_and_marks_repetitions():
    plain, keyed = (simulate("fan-out", users=FEW, instances=2, repairs=r) for r in ("", "idempotency-key"))

    assert keyed.ledger == {Fate.DONE: 3 * FEW, Fate.DUPLICATE: 3 * FEW}
    assert plain.ledger == {Fate.DONE: 6 * FEW}


def test_a_killed_leader_is_replaced_when_its_lease_expires():
    alone = simulate("fan-out", users=FEW, instances=2, repairs="leader-lock")
    taken_over = simulate("fan-out", users=FEW, instances=2, repairs="leader-lock", crashes=["A@1"])

    assert {span.instance for span in alone.spans} == {"A"}
    assert next(span.scheduled for span in taken_over.spans if span.instance == "B") == pytest.approx(10, abs=0.2)
    assert taken_over.ledger[Fate.LOST_IN_CRASH] > 0
    assert taken_over.checks[0].holds


def test_a_bound_can_be_compared_as_a_fix():
    plain, bounded = (simulate("fan-out", users=45, repairs=repairs) for repairs in ("", "bounded:8"))
    strategy = simulate("fan-out", users=45, strategy="bounded:8")

    assert bounded.metrics == strategy.metrics != plain.metrics
    assert (plain.label, bounded.label) == ("awaited", "bounded:8")


def test_drain_fixes_an_exit_that_does_not_wait():
    lost, drained = (simulate("logout", users=FEW, drain=False, repairs=repairs) for repairs in ("", "drain"))

    assert broken(lost)
    assert not broken(drained)
    assert drained.metrics == simulate("logout", users=FEW).metrics
