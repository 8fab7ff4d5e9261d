"""A date that moves although the work failed: who learns of an error, and what a bus does to it that does not wait."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import ends, printed

TRUE = "whoever is marked as synced was synced"


def test_whoever_meets_the_outage_is_marked_all_the_same():
    assert ends("marked-synced-anyway") == {"1 of 1 are marked as synced and were not": 2, TRUE: 3}
    assert ends("marked-synced-anyway:repaired") == {TRUE: 5}


def test_the_log_has_what_the_job_should_have_known():
    broken, repaired = (simulate("marked-synced-anyway", variant=name) for name in ("broken", "repaired"))

    assert broken.ledger == {Fate.DONE: 2, Fate.FAILED_LOGGED: 23}
    assert repaired.ledger == {Fate.DONE: 25, Fate.FAILED_SEEN: 23}


def test_those_who_stay_due_are_synced_the_next_time():
    spans = [span for span in simulate("marked-synced-anyway", variant="repaired").spans if span.kind == "listener"]

    failed = [span.subject for span in spans if span.fate is Fate.FAILED_SEEN]
    done = [span.subject for span in spans if span.fate is Fate.DONE]
    assert done[-len(failed) :] == failed
    assert sorted(done) == sorted({span.subject for span in spans})


def test_nest_marks_everybody_by_default_and_stops_at_the_first_error_otherwise():
    lines = printed("14_paging")

    assert "listener fails for user 2, default: marked as synced 1,2,3,4 | finished | logged 1" in lines
    assert any(
        line.startswith("listener fails for user 2, suppressErrors:false: marked as synced 1 |") for line in lines
    )


@pytest.mark.parametrize("strategy", ["bounded:1", "detached"])
def test_a_bus_that_does_not_wait_undoes_the_repair(strategy):
    """The date moves before the work is done: an error can no longer keep it back."""
    found = ends("marked-synced-anyway:repaired", strategy)

    assert found == {"1 of 1 are marked as synced and were not": 10, TRUE: 15}
