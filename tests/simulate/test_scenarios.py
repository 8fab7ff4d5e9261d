"""Every scenario under every strategy and every fault: the ledger balances, and the users do the same."""

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.core.fates import Fate
from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.simulate import DEFAULTS, PATTERNS, SCENARIOS, UnknownScenarioError, run, simulate
from eventdemo.simulate.scenario import Scenario, all_arrive, users
from eventdemo.simulate.scenarios import summary_of
from eventdemo.trace.conditions import FAULTS
from eventdemo.trace.record import Trace
from eventdemo.trials.graduation.graduate import graduate
from mock_services import NAMED_FAULTS, FaultPlan

FEW = 6


def test_adding_a_scenario_touches_its_record_only(monkeypatch):
    """The simulator, the explorer and the command line find what they need in it, all in one file."""

    async def log_in(gateway, random):
        async def request(n):
            await gateway.ask(n, lambda backend: backend.auth.log_in(n, f"session-{n}"))

        await all_arrive(random, [request(n) for n in users(gateway)])

    record = Scenario("login", "users log in", log_in, checks=("pushed-once",), claims=("pushed-once",), users=3)
    monkeypatch.setitem(PATTERNS, "login", record)
    monkeypatch.setitem(SCENARIOS, "login", record.summary)

    trace = simulate("login")

    assert (trace.users, trace.emitted) == (3, 3)
    assert [(check.claim, check.holds) for check in trace.checks] == [("no push is sent twice", True)]
    assert not explore(experiment("login")).refuted
    assert summary_of("login") == "users log in"
    assert graduate("login", "outbox").after.is_clean


def test_for_an_unknown_scenario_the_error_suggests_a_name():
    with pytest.raises(UnknownScenarioError, match="did you mean 'fan-out'"):
        summary_of("fanout")


@pytest.mark.parametrize("strategy", DEFAULTS)
@pytest.mark.parametrize("name", PATTERNS)
def test_every_scenario_balances_under_every_strategy(name, strategy):
    trace = simulate(name, strategy=strategy, users=FEW)

    assert trace.balanced
    assert trace.deliveries == sum(trace.ledger.values()) > 0
    assert trace.metrics.started_out_of_order == 0
    assert trace.spans_of_emits == trace.emitted
    assert len([span for span in trace.spans if span.kind == "emit"]) == trace.emitted
    if name != "approval":  # there the controller itself calls, and a span of a call belongs to a listener
        assert len([span for span in trace.spans if span.kind == "call"]) == sum(trace.metrics.calls.values())


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from([*PATTERNS]),
    strategy=st.sampled_from([*DEFAULTS, "bounded:1"]),
    knobs=st.lists(st.sampled_from([*NAMED_FAULTS]), unique=True, max_size=3),
    seed=st.integers(0, 2**32),
    users=st.integers(1, FEW),
)
def test_the_ledger_balances_under_all_faults(name, strategy, knobs, seed, users):
    trace = simulate(name, strategy=strategy, users=users, seed=seed, faults=FaultPlan.realistic().with_faults(*knobs))

    assert trace.balanced
    assert trace.metrics.started_out_of_order == 0
    ended = [span for span in trace.spans if span.kind == "listener"]
    assert len(ended) + trace.ledger.get(Fate.NO_LISTENER, 0) == trace.deliveries
    assert all(span.fate is not None and span.scheduled <= span.end for span in ended)
    assert Trace.model_validate_json(trace.model_dump_json()) == trace


@pytest.mark.parametrize("knob", ["down", "429", "flaky", "uninstalled", "expiring", "slow"])
@pytest.mark.parametrize("name", PATTERNS)
def test_under_a_fault_the_same_users_still_emit(name, knob):
    trace = simulate(name, users=FEW, faults=FaultPlan.realistic().with_faults(knob))

    assert trace.emitted > 0
    assert trace.balanced


def test_the_conditions_know_all_faults():
    assert set(FAULTS) == set(NAMED_FAULTS)


def test_a_trace_is_json_and_back_the_same_trace():
    trace = simulate("sync-profile", users=FEW)

    assert Trace.model_validate_json(trace.model_dump_json()) == trace


@pytest.mark.parametrize("name", PATTERNS)
def test_two_runs_of_one_seed_are_equal_and_another_seed_is_not(name):
    first, again, other = (simulate(name, users=FEW, seed=seed) for seed in (3, 3, 4))

    assert first == again
    assert first.spans != other.spans


def test_the_same_call_of_the_same_employee_takes_the_same_time_under_every_strategy():
    """Without Oracle's limit, because strategies differ in which calls are rate-limited."""
    day = FaultPlan.realistic()
    unlimited = replace(day, oracle_fusion=replace(day.oracle_fusion, rate_limit=None))

    def calls(strategy):
        trace = simulate("fan-out", strategy=strategy, users=40, faults=unlimited)
        listeners = {span.id: span.name for span in trace.spans}
        return sorted(
            (span.subject, listeners[span.cause], span.name, round(span.end - span.start, 6), span.detail)
            for span in trace.spans
            if span.kind == "call" and not span.name.endswith("/token")  # the first caller fetches it for all
        )

    first, *others = [calls(strategy) for strategy in DEFAULTS]

    assert len(first) > 120
    assert all(other == first for other in others)


def test_users_arrive_at_the_same_moments_under_every_strategy():
    def moments(strategy):
        trace = simulate("logout", strategy=strategy, users=FEW)
        return [span.scheduled for span in trace.spans if span.kind == "emit"]

    assert moments("awaited") == moments("sequential") == moments("detached")


def test_a_failed_request_does_not_affect_the_others():
    came = []

    async def request(number):
        came.append(number)
        raise OSError

    run(all_arrive(Random(1), [request(number) for number in range(3)]))

    assert came == [0, 1, 2]


# What the default comparison shows


def test_all_strategies_deliver_the_same_events_to_the_same_listeners(compared):
    assert {(trace.emitted, trace.deliveries, trace.balanced) for trace in compared.values()} == {(500, 1500, True)}


def test_sync_and_sequential_take_equally_long_but_only_sync_blocks_the_loop(compared):
    sync, sequential = compared["sync"].metrics, compared["sequential"].metrics

    assert sync.last_listener_done == sequential.last_listener_done
    assert sync.longest_stall > 0
    assert [trace.metrics.longest_stall for name, trace in compared.items() if name != "sync"] == [0, 0, 0, 0]


def test_the_less_an_emitter_waits_the_sooner_all_is_done(compared):
    ends = [compared[name].metrics.last_listener_done for name in DEFAULTS]

    assert ends == sorted(ends, reverse=True)


def test_waiting_in_any_form_loses_nothing_here(compared):
    for name in ("sync", "sequential", "awaited", "bounded:8"):
        assert compared[name].is_clean, name
        assert compared[name].metrics.throttled == 0


def test_detached_is_rate_limited_and_its_errors_are_lost(compared):
    detached = compared["detached"]

    assert detached.metrics.throttled > 0
    assert detached.ledger[Fate.FAILED_UNSEEN] == detached.metrics.throttled
    assert detached.ledger.keys() == {Fate.DONE, Fate.FAILED_UNSEEN}
    assert all(re.search("RateLimited|429", span.detail) for span in detached.spans if span.fate is Fate.FAILED_UNSEEN)
    assert detached.metrics.peak_in_flight["oracle-fusion"] > max(
        compared["bounded:8"].metrics.peak_in_flight["oracle-fusion"], 40
    )


def test_bounded_never_has_more_calls_in_flight_than_slots(compared):
    assert max(compared["bounded:8"].metrics.peak_in_flight.values()) <= 8


def test_one_at_a_time_means_one_call_at_a_time(compared):
    for name in ("sync", "sequential"):
        assert set(compared[name].metrics.peak_in_flight.values()) == {1}


def test_deliveries_finish_out_of_order_only_where_events_overlap(compared):
    assert {name for name, trace in compared.items() if trace.metrics.finished_out_of_order} == {
        "bounded:8",
        "detached",
    }
