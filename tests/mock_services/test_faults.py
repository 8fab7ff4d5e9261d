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


@pytest.mark.parametrize("name", NAMED_FAULTS)
def test_every_named_fault_changes_something(name):
    assert with_faults(Faults.realistic("oracle_fusion"), name) != Faults.realistic("oracle_fusion")


def test_named_faults_add_up():
    assert with_faults(Faults(), "down", "429") == Faults(down=True, rate_limit=RateLimit(5, 1.0))


def test_a_plan_can_get_a_fault_for_one_service_only():
    plan = FaultPlan.realistic().with_faults("slow", only="yardi")

    assert plan.yardi.latency == LogNormal(1600, 4800)
    assert plan.oracle_fusion == FaultPlan.realistic().oracle_fusion
    assert plan.fcm == FaultPlan.realistic().fcm


def test_a_plan_without_latency_keeps_its_other_faults():
    plan = FaultPlan.realistic().with_faults("flaky", "429").without_latency()

    assert plan == FaultPlan().with_faults("flaky", "429")


def test_the_error_for_an_unknown_fault_lists_the_known_ones():
    with pytest.raises(ValueError, match="There is no fault called 'fast': choose from slow, down, flaky, 429"):
        with_faults(Faults(), "fast")


@pytest.mark.parametrize("rate", ["error_rate", "timeout_rate", "malformed_rate", "unregistered_rate"])
@pytest.mark.parametrize("share", [-0.1, 1.1, 50])
def test_a_rate_is_a_share_and_not_a_percentage(rate, share):
    with pytest.raises(ValueError, match=f"{rate} is {share}: a share is a number from 0 to 1"):
        Faults(**{rate: share})


@pytest.mark.parametrize("limit", [(0, 1), (5, 0), (5, -1)])
def test_a_rate_limit_that_admits_no_request_is_rejected(limit):
    with pytest.raises(ValueError, match="use down=True"):
        RateLimit(*limit)


def test_faults_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Faults().down = True


def test_a_plan_survives_a_round_trip_through_json():
    adapter = TypeAdapter(FaultPlan)
    plan = FaultPlan.realistic().with_faults("flaky", "429")

    assert adapter.validate_json(adapter.dump_json(plan)) == plan
