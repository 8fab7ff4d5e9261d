"""The strategy `outbox`: the same users on the same backend, whose events are stored before listeners run."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import PATTERNS, UnknownStrategyError, simulate
from eventdemo.simulate.strategies import check_strategy
from eventdemo.trace.comparison import compare

WITHOUT_THE_POLL = [name for name in PATTERNS if name != "fan-out"]


@pytest.mark.parametrize("name", PATTERNS)
def test_every_delivery_is_done_and_accounted_for(name):
    trace = simulate(name, strategy="outbox", users=12)

    assert trace.ledger == {Fate.DONE: trace.deliveries}
    assert trace.balanced
    assert trace.is_clean


@pytest.mark.parametrize("name", WITHOUT_THE_POLL)
def test_the_same_seed_gives_the_same_trace(name):
    assert simulate(name, strategy="outbox:4", users=5) == simulate(name, strategy="outbox:4", users=5)


def test_an_emitter_waits_for_one_commit_only():
    trace = simulate("fan-out", strategy="outbox", users=20)

    assert trace.metrics.emit_returned_p95 == 0.002


def test_rate_limited_jobs_are_retried_and_dead_lettered_after_three_attempts():
    """Retries without jitter stay synchronised, so a burst may be rate-limited three times despite backoff."""
    detached = simulate("fan-out", strategy="detached", users=60)
    outbox = simulate("fan-out", strategy="outbox:100", users=60)

    unseen, dead = detached.ledger[Fate.FAILED_UNSEEN], outbox.ledger[Fate.DEAD_LETTERED]
    assert 0 < dead < unseen
    assert outbox.ledger == {Fate.DONE: 180 - dead, Fate.DEAD_LETTERED: dead}


def test_a_job_whose_every_attempt_fails_is_dead_lettered():
    trace = simulate("fan-out", strategy="outbox", users=5, oracle="down")

    assert trace.ledger == {Fate.DONE: 5, Fate.DEAD_LETTERED: 10}
    assert trace.balanced
    assert not trace.is_clean


def test_jobs_finish_in_order_one_at_a_time_and_out_of_order_several_at_a_time():
    assert simulate("logout", strategy="outbox").metrics.finished_out_of_order == 0
    assert simulate("logout", strategy="outbox:8").metrics.finished_out_of_order > 0


@pytest.mark.parametrize(
    "conditions",
    [
        {"crashes": ["A@1..2"]},
        {"crashes": ["A@1.003"], "instances": 2},
        {"kill_rate": 40.0, "instances": 2},
    ],
    ids=["killed and restarted", "one of two killed", "killed by chance"],
)
def test_the_outbox_loses_nothing_when_instances_are_killed(conditions):
    kept = simulate("logout", strategy="outbox", **conditions)

    assert kept.outages
    assert kept.count("lost") == 0
    assert kept.ledger.get(Fate.DONE, 0) + kept.ledger.get(Fate.WITHDRAWN, 0) == kept.deliveries


def test_the_same_kill_without_an_outbox_loses_deliveries():
    assert simulate("logout", crashes=["A@1..2"]).ledger[Fate.LOST_IN_CRASH] > 0


def test_a_span_goes_on_while_its_instance_is_dead():
    """Jobs of the dead instance are done after its restart, and their spans last until then."""
    trace = simulate("logout", strategy="outbox", crashes=["A@1..2"])

    across = [span for span in trace.spans if span.kind == "listener" and span.scheduled < 1 and span.end > 2]
    assert across
    assert all(span.fate is Fate.DONE for span in across)


def test_jobs_without_a_running_instance_stay_accepted():
    trace = simulate("logout", strategy="outbox", crashes=["A@1"])

    assert trace.ledger[Fate.ACCEPTED] > 0
    assert trace.balanced
    assert trace.count("lost") == 0
    rows = {row.question: row.cells[0].text for row in compare([trace]).rows}
    assert rows["accepted, still pending"] == str(trace.ledger[Fate.ACCEPTED])


def test_a_program_that_exits_at_once_leaves_its_jobs_in_the_outbox():
    trace = simulate("logout", strategy="outbox", drain=False)

    assert trace.ledger[Fate.ACCEPTED] > 0
    assert trace.count("lost") == 0


def test_a_kill_between_change_and_commit_withdraws_both():
    whole = simulate("lifecycle", strategy="outbox", users=1, crashes=["A@3600"])
    delete = next(span for span in whole.spans if span.name == "user.deleted")

    trace = simulate("lifecycle", strategy="outbox", users=1, crashes=[f"A@{delete.scheduled + 0.0005}..1"])

    assert trace.ledger[Fate.WITHDRAWN] == 2
    assert trace.ledger.keys() == {Fate.DONE, Fate.WITHDRAWN}
    assert trace.balanced


@pytest.mark.parametrize("name", ["outbox", "outbox:8"])
def test_the_names_are_known(name):
    check_strategy(name)


@pytest.mark.parametrize("name", ["outbox:", "outbox:0", "outbox:x"])
def test_the_concurrency_limit_is_a_number(name):
    with pytest.raises(UnknownStrategyError, match="outbox:N needs a whole number"):
        check_strategy(name)
