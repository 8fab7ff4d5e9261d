"""A scenario in process and behind the outbox: the same work, and a description of the differences."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import PATTERNS, UnknownScenarioError
from eventdemo.trials.graduation.graduate import Graduation, changes, graduate
from mock_services import FaultPlan


def description(found):
    return " ".join(changes(found))


@pytest.mark.parametrize("name", PATTERNS)
def test_behind_the_outbox_the_same_deliveries_are_done(name):
    found = graduate(name, "outbox", users=6)

    assert found.after.ledger == {Fate.DONE: found.after.deliveries}
    assert found.after.deliveries == found.before.deliveries
    assert [check.holds for check in found.after.checks] == [check.holds for check in found.before.checks]


def test_several_jobs_at_a_time_are_a_strategy_of_their_own():
    assert graduate("logout", "outbox", users=3, concurrency=4).after.strategy == "outbox:4"


def test_users_and_seed_are_those_of_both_runs():
    found = graduate("logout", "outbox", users=4, seed=3)

    assert [(trace.users, trace.seed) for trace in (found.before, found.after)] == [(4, 3)] * 2


def test_the_default_is_the_scenarios_own_number_of_users():
    assert graduate("approval", "outbox").after.users == PATTERNS["approval"].users


def test_a_pitfall_has_no_backend_to_graduate():
    with pytest.raises(UnknownScenarioError, match="graduate runs only a pattern"):
        graduate("logout-race", "outbox")


def test_the_description_says_when_emit_returns_now():
    found = graduate("fan-out", "outbox", users=20)

    assert "Half of the emits returned after 2 ms instead of after" in description(found)


def test_an_emitter_that_did_not_wait_before_does_not_wait_longer():
    assert "Half of the emits returned immediately, as in process." in description(
        graduate("logout", "outbox", users=5)
    )


def test_failures_are_counted_on_both_sides(monkeypatch):
    monkeypatch.setattr(
        FaultPlan, "realistic", classmethod(lambda cls: cls().with_faults("down", only="oracle_fusion"))
    )

    found = graduate("fan-out", "outbox", users=5)

    assert found.after.ledger == {Fate.DONE: 5, Fate.DEAD_LETTERED: 10}
    assert "In process, 10 deliveries failed and the emitter received 10 of the errors" in description(found)
    assert "behind the engine there are 10 dead letters." in description(found)


def test_without_failures_the_description_says_so():
    assert "No delivery failed in these two runs." in description(graduate("approval", "outbox", users=4))


def test_deliveries_out_of_order_are_counted_on_both_sides():
    found = graduate("logout", "outbox", users=25, concurrency=8)

    here, before = found.after.metrics.finished_out_of_order, found.before.metrics.finished_out_of_order
    assert here > 0
    assert f"{here} deliveries finished out of order here, {before} in process." in description(found)


def test_only_a_measured_run_counts_redeliveries():
    simulated = graduate("logout", "outbox", users=2)
    measured = Graduation("nats", simulated.before, simulated.after, redeliveries=1)

    assert "In this run" not in description(simulated)
    assert "In this run, 1 job was redelivered after processing." in description(measured)
