"""End checks: all hold on an ordinary day, and each one fails under some condition."""

import pytest

from eventdemo.instances.end_checks import END_CHECKS
from eventdemo.simulate import DEFAULTS, PATTERNS, simulate
from eventdemo.trace.comparison import compare

FEW = 12


def found(name, **conditions):
    """Return the outcomes of the checks that do not hold."""
    checks = simulate(name, **{"users": FEW, **conditions}).checks
    assert [check.found == check.claim for check in checks] == [check.holds for check in checks]
    return [check.found for check in checks if not check.holds]


def test_every_pattern_is_checked_and_no_check_is_superfluous():
    assert all(scenario.checks for scenario in PATTERNS.values())
    used = {name for scenario in PATTERNS.values() for name in (*scenario.checks, *scenario.claims)}
    assert used - {"stages", "written-down"} == END_CHECKS.keys()


@pytest.mark.parametrize("strategy", DEFAULTS)
@pytest.mark.parametrize("name", PATTERNS)
def test_on_an_ordinary_day_every_check_holds(name, strategy):
    assert found(name, strategy=strategy) == []


def test_topics_stay_subscribed_when_the_listener_is_cancelled_at_the_exit():
    assert found("logout", drain=False) == ["18 topics stay subscribed"]


def test_topics_stay_subscribed_when_the_service_is_down():
    assert found("logout", fcm="down") == ["44 topics stay subscribed"]


def test_a_device_whose_app_is_gone_is_subscribed_to_nothing():
    assert found("logout", fcm="uninstalled") == []


def test_a_user_whose_logout_failed_may_stay_subscribed():
    assert found("logout", crashes=["A@0"]) == []


def test_a_deleted_user_stays_logged_in_when_the_listener_is_cancelled_at_the_exit():
    assert found("lifecycle", users=FEW, drain=False) == ["2 devices of deleted users stay logged in"]


def test_caches_of_instances_that_missed_an_event_are_out_of_date():
    assert found("lifecycle", instances=2) == ["4 cached names are out of date"]


def test_users_are_skipped_when_the_job_dies_on_its_way():
    reached = simulate("fan-out", users=FEW, crashes=["A@2"]).emitted

    assert 0 < reached < FEW
    assert found("fan-out", crashes=["A@2"]) == [f"{FEW - reached} users were skipped"]
    assert found("sync-profile", crashes=["A@0"]) == [f"{FEW} users were skipped"]


def test_syncs_of_callers_do_not_replace_the_scheduled_job():
    assert found("sync-profile", users=3, crashes=["A@2..3"]) != []


def test_a_user_whose_listeners_failed_is_not_skipped():
    assert found("fan-out", oracle="down", yardi="down") == []


def test_audit_lines_are_missing_when_the_process_dies_after_the_service_was_asked():
    """One listener was about to write; another approval was still at the service, which accepted it all the same."""
    trace = simulate("approval", users=FEW)
    record = next(span for span in trace.spans if span.name.startswith("record_"))

    assert found("approval", crashes=[f"A@{record.scheduled + 0.001}"]) == ["2 audit lines are missing"]


def test_an_audit_line_is_missing_when_the_answer_to_an_accepted_approval_is_lost():
    assert found("approval", users=60, oracle="flaky") == ["1 audit line is missing"]


def test_a_push_is_sent_twice_when_the_answer_to_the_first_is_lost():
    assert found("sync-profile", users=60, fcm="flaky") == ["5 pushes were sent once more"]


def test_each_check_has_a_row_that_says_what_was_checked():
    failing = simulate("fan-out", users=40, strategy="detached")
    diverged = compare([simulate("lifecycle", users=FEW, instances=instances) for instances in (1, 2)])
    three = compare([simulate("lifecycle", users=FEW, instances=instances) for instances in (1, 2, 3)])

    assert failing.count("failed")
    assert [(row.question, row.cells[0].text) for row in compare([failing]).rows[:3]] == [
        ("no user is skipped", "yes"),
        ("no push is sent twice", "yes"),
        ("emit returned p50", "0 ms"),
    ]
    assert [(row.question, [cell.text for cell in row.cells]) for row in diverged.rows[:2]] == [
        ("no cache is out of date", ["yes", "no: 4 cached names are out of date"]),
        ("no deleted user stays logged in", ["yes", "yes"]),
    ]
    assert [cell.text for cell in three.rows[0].cells] == ["yes", "no (4)", "no (8)"]


def test_a_failed_check_makes_a_trace_unclean():
    assert simulate("logout", users=FEW).is_clean
    assert not simulate("logout", users=FEW, drain=False).is_clean
