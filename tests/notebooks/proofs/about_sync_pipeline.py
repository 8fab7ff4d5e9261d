"""The findings of `sync_pipeline`."""

from eventdemo import Fate
from eventdemo.learn.answers import when_the_chain_returned
from eventdemo.simulate import simulate
from tests.notebooks.proofs import finding


@finding("the handler waited for a listener that failed, and answered 200.")
def _():
    trace = simulate("swallowed-error", users=4)

    for emit in (span for span in trace.spans if span.kind == "emit"):
        (listener,) = trace.children(emit)
        assert listener.fate is Fate.FAILED_LOGGED
        assert emit.end == listener.end
    assert trace.checks[0].found == "4 failed syncs were answered with 200"


@finding("in a chain of awaited events, the first caller waits for the slowest listener of the last stage.")
def _():
    assert when_the_chain_returned(simulate("sync-profile", users=1)) == "d"


@finding("a pipeline that fails halfway keeps what its first steps did.")
def _():
    trace = simulate("sync-profile", users=1, yardi="down")
    done = {span.name for span in trace.spans if span.fate is Fate.DONE}

    assert done == {"notify_procurement_tasks", "notify_hr_tasks"}
    assert {span.name for span in trace.spans if span.fate is Fate.FAILED_SEEN} == {
        "sync_profile",
        "notify_leasing_tasks",
    }


@finding("to a job that gets no errors, an outage looks like success.")
def _():
    marked, due = (simulate("marked-synced-anyway", users=8, variant=name) for name in ("broken", "repaired"))

    assert marked.checks[0].found == "6 of 8 users are marked as synced but were not"
    assert marked.ledger[Fate.FAILED_LOGGED] == 6
    assert due.checks[0].holds
