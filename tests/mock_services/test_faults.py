import dataclasses

import pytest
from pydantic import TypeAdapter

from mock_services import NAMED_FAULTS, FaultPlan, Faults, LogNormal, RateLimit, with_faults


def test_the_default_is_a_perfect_service():
    perfect = Faults()

    assert perfect.latency.milliseconds(0.99) == 0
    assert not any((perfect.error_rate, perfect.timeout_rate, perfect.malformed_rate, perfect.rate_limit, perfect.down))


def test_an_ordinary_day_is_as_described():
    plan = FaultPlan.realistic()

    assert plan.oracle_fusion == Faults(latency=LogNormal(220, 700), rate_limit=RateLimit(40, 1.0))
    assert plan.yardi.latency == LogNormal(160, 480)
    assert plan.fcm.latency == LogNormal(40, 120)


@pytest.mark.parametrize("knob", NAMED_FAULTS)
def test_every_knob_changes_something(knob):
    assert with_faults(Faults.realistic("oracle_fusion"), knob) != Faults.realistic("oracle_fusion")


def test_knobs_add_up():
    assert with_faults(Faults(), "down", "429") == Faults(down=True, rate_limit=RateLimit(5, 1.0))


def test_a_plan_can_be_spoiled_for_one_service_only():
    plan = FaultPlan.realistic().with_faults("slow", only="yardi")

    assert plan.yardi.latency == LogNormal(1600, 4800)
    assert plan.oracle_fusion == FaultPlan.realistic().oracle_fusion
    assert plan.fcm == FaultPlan.realistic().fcm


def test_a_plan_at_once_is_as_bad_and_takes_no_time():
    plan = FaultPlan.realistic().with_faults("flaky", "429").without_latency()

    assert plan == FaultPlan().with_faults("flaky", "429")


def test_a_misspelt_knob_is_answered_with_the_ones_there_are():
    with pytest.raises(ValueError, match="There is no fault called 'fast': choose from slow, down, flaky, 429"):
        with_faults(Faults(), "fast")


@pytest.mark.parametrize("rate", ["error_rate", "timeout_rate", "malformed_rate", "unregistered_rate"])
@pytest.mark.parametrize("share", [-0.1, 1.1, 50])
def test_a_rate_is_a_share_and_not_a_percentage(rate, share):
    with pytest.raises(ValueError, match=f"{rate} is a share, from 0 to 1, not {share}"):
        Faults(**{rate: share})


@pytest.mark.parametrize("limit", [(0, 1), (5, 0), (5, -1)])
def test_a_rate_limit_that_lets_nobody_through_is_refused(limit):
    with pytest.raises(ValueError, match="there is down=True"):
        RateLimit(*limit)


def test_faults_cannot_be_changed_behind_a_run_s_back():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Faults().down = True


def test_a_plan_survives_being_written_as_json():
    adapter = TypeAdapter(FaultPlan)
    plan = FaultPlan.realistic().with_faults("flaky", "429")

    assert adapter.validate_json(adapter.dump_json(plan)) == plan
