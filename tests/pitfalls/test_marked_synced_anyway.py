"""A date that is set although the work failed: where the error goes, and what a bus that does not wait changes."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import ends, printed

TRUE = "every user marked as synced was synced"


def test_users_are_marked_although_their_sync_failed():
    assert ends("marked-synced-anyway") == {"1 of 1 users are marked as synced but were not": 2, TRUE: 3}
    assert ends("marked-synced-anyway:repaired") == {TRUE: 5}


def test_the_error_is_logged_or_reaches_the_job():
    broken, repaired = (simulate("marked-synced-anyway", variant=name) for name in ("broken", "repaired"))

    assert broken.ledger == {Fate.DONE: 2, Fate.FAILED_LOGGED: 23}
    assert repaired.ledger == {Fate.DONE: 25, Fate.FAILED_SEEN: 23}


def test_users_who_stay_due_are_synced_the_next_time():
    spans = [span for span in simulate("marked-synced-anyway", variant="repaired").spans if span.kind == "listener"]

    failed = [span.subject for span in spans if span.fate is Fate.FAILED_SEEN]
    done = [span.subject for span in spans if span.fate is Fate.DONE]
    assert done[-len(failed) :] == failed
    assert sorted(done) == sorted({span.subject for span in spans})


def test_nest_marks_all_users_by_default_and_stops_at_the_first_error_otherwise():
    lines = printed("14_paging")

    assert "listener fails for user 2, default: marked as synced 1,2,3,4 | finished | logged 1" in lines
    assert any(
        line.startswith("listener fails for user 2, suppressErrors:false: marked as synced 1 |") for line in lines
    )


@pytest.mark.parametrize("strategy", ["bounded:1", "detached"])
def test_a_bus_that_does_not_wait_undoes_the_fix(strategy):
    """The date is set before the work is done, so an error comes too late."""
    found = ends("marked-synced-anyway:repaired", strategy)

    assert found == {"1 of 1 users are marked as synced but were not": 10, TRUE: 15}
