"""The simulator's scenarios, explored: the whole backend for two users. The simulator's run is one of the schedules."""

import pytest

from eventdemo.explore import ControlledLoop, explore, make_bus, replay
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.experiment import play_in
from eventdemo.explore.explore import nominal_run
from eventdemo.explore.report import report, token_of
from eventdemo.explore.scenarios import SEED, USERS
from eventdemo.explore.schedulers import LatencyScheduler
from eventdemo.simulate import PATTERNS, simulate
from eventdemo.simulate.recorder import Recorder

STRATEGIES = ["sync", "sequential", "awaited", "bounded:1", "bounded:2", "detached"]
ALL_CLAIMS = [(name, claim) for name, scenario in PATTERNS.items() for claim in scenario.claims]
REFUTED_WHEN_DETACHED = {("approval", "written-down")}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", PATTERNS)
def test_with_nominal_latencies_the_run_equals_the_simulators_to_the_microsecond(name, strategy):
    trace = simulate(name, strategy=strategy, users=USERS, seed=SEED)
    loop, bus = ControlledLoop(LatencyScheduler(), timed=True), make_bus(strategy)()
    recorder = Recorder(loop.time, 1000)
    bus.observe(recorder)

    play_in(loop, experiment(name), bus)

    assert [without_ids(span) for span in recorder.frozen()] == [
        without_ids(span) for span in trace.spans if span.kind != "call"
    ]


def without_ids(span):
    """Return a span's fields, without the numbers by which spans refer to each other."""
    return span.model_dump(exclude={"id", "cause"})


@pytest.mark.parametrize("name", PATTERNS)
def test_that_run_is_one_of_the_schedules_and_its_token_replays_it(name):
    chosen = experiment(name)
    nominal = nominal_run(chosen, chosen.prepare_nominal, make_bus("awaited")())

    again = replay(str(token_of(explore(chosen, bound=1), nominal, "awaited")))

    assert (again.choices, again.described_steps, again.outcome) == (
        nominal.choices,
        nominal.described_steps,
        nominal.outcome,
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_reduction_loses_no_answer_that_comes_too_soon(strategy):
    """The answers read in Python memory what listeners write there, which the stage declares."""
    chosen = experiment("async-flag")

    reduced, every = (explore(chosen, make_bus(strategy), ready="any", reduce=each) for each in (True, False))

    assert reduced.complete
    assert set(reduced.outcomes) == set(every.outcomes)


@pytest.mark.parametrize("strategy", ["awaited", "detached"])
@pytest.mark.parametrize(("name", "claim"), ALL_CLAIMS)
def test_the_claims_hold_except_one_that_needs_an_emitter_that_waits(name, claim, strategy):
    found = explore(experiment(name, claim), make_bus(strategy), bound=3)

    assert found.refuted is ((name, claim) in REFUTED_WHEN_DETACHED and strategy == "detached"), found.outcomes


@pytest.mark.parametrize(("name", "schedules"), [("logout", 8), ("approval", 18), ("fan-out", 64)])
def test_independent_users_leave_few_enough_schedules_to_run_all(name, schedules):
    found = explore(experiment(name))

    assert (found.schedules, found.complete, found.refuted) == (schedules, True, False)


def test_two_logouts_multiply_the_schedules_of_each_by_the_order_of_the_sessions():
    """Each has two: the devices are read before or after they are logged out."""
    assert explore(experiment("logout")).schedules == 2 * 2 * 2


def test_a_scenario_with_too_many_schedules_is_sampled_and_the_report_says_so():
    found = explore(experiment("sync-profile"), bound=5)

    assert not found.complete
    text = report(found)
    ran = f"sync-profile passes in all {found.schedules} runs: {found.schedules - 5} depth-first, 5 random (seed 7)."
    assert text.startswith(f"{ran} There are at least {found.at_least:,} schedules.\n")
    assert found.at_least > 100
    assert "If each wait takes its nominal time: ✓ no tasks are looked for before the profile is saved." in text
    assert "This is not a proof" in text


def test_every_schedule_finds_the_database_and_the_fakes_as_they_were():
    first = [replay("lifecycle/hired/awaited/fifo/0").described_steps for _ in range(2)]
    replay("approval/in-trail/awaited/fifo/0")

    assert first == [replay("lifecycle/hired/awaited/fifo/0").described_steps] * 2
