"""Several instances: which one handles what, which events the others miss, and what a kill or an exit loses."""

import asyncio
import itertools
from collections import Counter

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.core.fates import Fate
from eventdemo.instances.process import Process
from eventdemo.simulate import DEFAULTS, PATTERNS, simulate
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.transports import RecordedTransport
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trace.conditions import ConditionsError
from eventdemo.trace.record import Outage, Trace

FEW = 6
TOGETHER = [strategy for strategy in DEFAULTS if strategy != "sync"]


def emits(trace, **having):
    return [s for s in trace.spans if s.kind == "emit" and all(getattr(s, k) == v for k, v in having.items())]


def test_the_load_balancer_sends_requests_to_all_instances_by_seed():
    first, again, other = (simulate("logout", users=20, instances=3, seed=seed) for seed in (1, 1, 2))

    who = [span.instance for span in emits(first)]
    assert set(who) == set("ABC")
    assert who == [span.instance for span in emits(again)]
    assert who != [span.instance for span in emits(other)]


def test_a_request_goes_to_the_same_instance_under_every_strategy():
    runs = [simulate("lifecycle", users=FEW, instances=3, strategy=strategy) for strategy in TOGETHER]

    assert len({frozenset((s.subject, s.name, s.instance) for s in emits(trace)) for trace in runs}) == 1


def test_a_listener_runs_on_the_instance_that_emitted():
    trace = simulate("logout", users=FEW, instances=3)
    where = {span.id: span.instance for span in trace.spans}

    caused = [span for span in trace.spans if span.cause is not None]
    assert caused
    assert all(span.instance == where[span.cause] for span in caused)


@pytest.mark.parametrize("instances", [1, 2, 3])
def test_only_the_caches_of_other_instances_miss_an_event(instances):
    trace = simulate("lifecycle", users=FEW, instances=instances)

    about_users = [span for span in emits(trace) if span.name.startswith("user.")]
    missed = [span for span in trace.spans if span.fate is Fate.OTHER_INSTANCE]
    assert len(missed) == trace.ledger.get(Fate.OTHER_INSTANCE, 0) == len(about_users) * (instances - 1)
    assert {span.name for span in missed} <= {"refresh_name", "forget_name"}
    where = {span.id: span.instance for span in trace.spans}
    assert all(span.instance != where[span.cause] for span in missed)
    assert trace.balanced


def test_a_listener_that_changes_the_store_is_missed_on_no_instance():
    for name in ("logout", "approval", "sync-profile", "fan-out"):
        assert Fate.OTHER_INSTANCE not in simulate(name, users=FEW, instances=3).ledger


def test_the_schedule_is_on_every_instance_so_the_poll_runs_on_each():
    one, three = (simulate("fan-out", users=FEW, instances=instances) for instances in (1, 3))

    assert three.emitted == 3 * one.emitted
    assert Counter(span.instance for span in emits(three)) == dict.fromkeys("ABC", one.emitted)


def test_nothing_of_an_instance_happens_while_it_is_dead():
    trace = simulate("sync-profile", users=FEW, instances=2, crashes=["A@0.4..1"])

    assert trace.outages == (Outage(instance="A", start=0.4, end=1.0),)
    ours = [span for span in trace.spans if span.instance == "A"]
    assert not [span for span in ours if 0.4 < span.scheduled < 1.0 or 0.4 < span.end < 1.0]
    assert [span for span in ours if span.end == 0.4 and span.fate is Fate.LOST_IN_CRASH]
    assert [span for span in ours if span.scheduled > 1.0]
    assert trace.balanced


def test_while_an_instance_is_dead_the_others_get_its_requests():
    trace = simulate("logout", users=20, instances=2, crashes=["A@0"])

    assert trace.emitted == 20
    assert {span.instance for span in emits(trace)} == {"B"}
    assert set(trace.ledger) == {Fate.DONE}


def test_without_any_instance_requests_fail_and_nothing_is_emitted():
    trace = simulate("logout", users=FEW, crashes=["A@0"])

    assert trace.emitted == trace.deliveries == 0
    assert trace.outages == (Outage(instance="A", start=0.0, end=None),)


def test_the_run_waits_for_an_instance_that_will_restart():
    trace = simulate("logout", users=1, crashes=["A@0.001..60"])

    assert trace.outages == (Outage(instance="A", start=0.001, end=60.0),)


def test_a_crash_after_the_end_does_not_happen():
    assert simulate("logout", users=1, crashes=["A@3600"]).outages == ()


def test_a_restarted_instance_has_an_empty_memory_and_a_bus_of_its_own():
    """Its emits are numbered from 1 again, and its deliveries are distinct from those before the kill."""
    trace = simulate("lifecycle", users=12, crashes=["A@0.5..0.6"])

    assert [span for span in emits(trace) if span.scheduled > 0.6]
    assert trace.balanced
    assert trace.spans_of_emits == trace.emitted == len(emits(trace))


def test_a_call_whose_caller_was_killed_is_unheard():
    trace = simulate("fan-out", users=1, crashes=["A@0.01"])

    calls = [span for span in trace.spans if span.kind == "call"]
    assert trace.ledger == {Fate.LOST_IN_CRASH: 3}
    assert {(span.detail.split()[1], span.end) for span in calls} == {("unheard", 0.01)}


def test_a_service_finishes_a_request_whose_caller_was_killed():
    done = []

    async def service(request):
        await asyncio.sleep(2)
        done.append(request.url.path)
        return httpx.Response(200)

    async def main():
        process, recorder = Process("A"), Recorder(asyncio.get_running_loop().time, keep=0)
        async with httpx.AsyncClient(transport=RecordedTransport(httpx.MockTransport(service), recorder)) as http:
            process.start(lambda: http.get("https://oracle.example/approve"))
            await asyncio.sleep(1)
            process.kill()
            await asyncio.sleep(9)

    run_in(KillableLoop(VirtualClock()), main())

    assert done == ["/approve"]


def test_random_kills_depend_on_the_seed_and_the_instance_restarts_after_a_second():
    first, again, other = (simulate("fan-out", users=30, instances=2, kill_rate=30, seed=s) for s in (1, 1, 2))

    assert first == again
    assert first.outages != other.outages
    assert len(first.outages) > 1
    assert {round(outage.end - outage.start, 6) for outage in first.outages if outage.end is not None} == {1.0}


def test_a_dead_instance_is_neither_killed_again_nor_restarted_twice():
    trace = simulate("fan-out", users=FEW, instances=1, crashes=["A@0.271..0.461"], kill_rate=20, seed=0)

    times = [(outage.start, outage.end) for outage in trace.outages]
    assert times == sorted(times)
    assert all(end <= later for (_, end), (later, _) in itertools.pairwise(times))
    assert trace.balanced


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_an_exit_without_drain_cancels_running_listeners(strategy):
    trace = simulate("logout", users=FEW, strategy=strategy, drain=False)

    cancelled = trace.ledger.get(Fate.CANCELLED_AT_EXIT, 0)
    assert cancelled == 0 if strategy == "sync" else cancelled > 0
    assert trace.balanced
    assert trace.deliveries == simulate("logout", users=FEW, strategy=strategy).deliveries


def test_an_exit_without_drain_loses_no_awaited_listener():
    assert set(simulate("fan-out", users=FEW, drain=False).ledger) == {Fate.DONE}


@pytest.mark.parametrize("conditions", [{"instances": 2}, {"crashes": ["A@1"]}, {"kill_rate": 1}])
def test_sync_is_refused_where_it_would_block_other_instances_or_the_kill(conditions):
    with pytest.raises(ConditionsError, match="With sync, a listener blocks its process"):
        simulate("logout", strategy="sync", **conditions)


@pytest.mark.parametrize("conditions", [{"instances": 2}, {"crashes": ["A@1"]}, {"drain": False}])
def test_a_pitfall_sets_its_own_conditions(conditions):
    with pytest.raises(ConditionsError, match="'logout-race' sets its own instances"):
        simulate("logout-race", **conditions)


@pytest.mark.parametrize(("service", "calls"), [("oracle", "oracle-fusion"), ("yardi", "yardi"), ("fcm", "fcm")])
def test_a_fault_of_one_service_does_not_affect_the_others(service, calls):
    trace = simulate("sync-profile" if service != "fcm" else "logout", users=FEW, **{service: "down"})

    answers = {span.detail for span in trace.spans if span.kind == "call" and span.detail.startswith(calls)}
    others = {span.detail for span in trace.spans if span.kind == "call"} - answers
    assert answers == {f"{calls} 503"}
    assert not [answer for answer in others if answer.endswith("503")]


def test_an_unknown_fault_is_refused_with_the_names_that_exist():
    with pytest.raises(ConditionsError, match="Unknown fault 'broken' for oracle: choose from slow, down, flaky, 429"):
        simulate("logout", oracle="broken")


CRASHES = st.tuples(st.sampled_from("ABC"), st.integers(0, 2500), st.none() | st.integers(1, 1500)).map(
    lambda drawn: f"{drawn[0]}@{drawn[1] / 1000}" + ("" if drawn[2] is None else f"..{(drawn[1] + drawn[2]) / 1000}")
)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from([*PATTERNS]),
    strategy=st.sampled_from([*TOGETHER, "bounded:1"]),
    instances=st.integers(1, 3),
    crashes=st.lists(CRASHES, max_size=3, unique_by=lambda crash: crash[0]),
    kill_rate=st.sampled_from([0, 0, 20, 60]),
    drain=st.booleans(),
    oracle=st.sampled_from(["", "slow", "429", "down", "flaky"]),
    fcm=st.sampled_from(["", "slow", "down", "flaky"]),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_the_ledger_balances_under_any_conditions(name, instances, crashes, **conditions):
    crashes = [crash for crash in crashes if crash[0] in "ABC"[:instances]]

    trace = simulate(name, instances=instances, crashes=crashes, **conditions)

    assert trace.balanced
    assert trace.metrics.started_out_of_order == 0
    ended = [span for span in trace.spans if span.kind == "listener"]
    assert len(ended) + trace.ledger.get(Fate.NO_LISTENER, 0) == trace.deliveries
    assert all(span.fate is not None and span.scheduled <= span.end for span in ended)
    assert Trace.model_validate_json(trace.model_dump_json()) == trace
