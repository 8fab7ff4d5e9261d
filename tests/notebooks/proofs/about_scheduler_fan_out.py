"""The findings of `scheduler_fan_out`."""

from eventdemo import Fate
from eventdemo.simulate import simulate
from tests.notebooks.proofs import finding


@finding("an offset into a list that the loop reorders skips half of it.")
def _():
    for users in (10, 20, 100):
        assert simulate("page-drift", users=users).checks[0].found.startswith(f"{users // 2} of {users} employees")


@finding(
    "a run that outlasts its period shares its list with the next run, and the users on both lists get two messages."
)
def _():
    overlapping, fixed = (simulate("cron-overlap", users=12, variant=name) for name in ("broken", "repaired"))
    emits = [span.subject for span in overlapping.spans if span.kind == "emit"]

    assert overlapping.checks[0].found == "6 of 12 users are notified twice"
    assert sum(emits.count(subject) == 2 for subject in {*emits}) == 6
    assert {*overlapping.ledger} == {Fate.DONE}
    assert fixed.checks[0].holds


@finding("a limit on concurrent calls isn't a limit on calls per second.")
def _():
    bounded, retried = (simulate("rate-limit", users=25, variant=name) for name in ("bounded", "repaired"))

    assert bounded.metrics.peak_in_flight["oracle-fusion"] == retried.metrics.peak_in_flight["oracle-fusion"] == 2
    assert bounded.metrics.throttled == 23
    assert retried.checks[0].holds


@finding("with a try block for each employee, one failure doesn't stop the poll.")
def _():
    down = simulate("fan-out", users=4, oracle="down")

    assert {span.subject for span in down.spans if span.kind == "emit"} == {f"user {n}" for n in range(1, 5)}
    assert down.ledger[Fate.FAILED_SEEN] == 8
