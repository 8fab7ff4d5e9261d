"""`swallowed-error`: the error reaches the caller only if it is not suppressed and the emitter waits."""

import re

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed


def test_the_errors_are_logged_only_or_reach_the_emitter():
    assert simulate("swallowed-error").ledger == {Fate.FAILED_LOGGED: 25}
    assert simulate("swallowed-error", variant="repaired").ledger == {Fate.FAILED_SEEN: 25}


@pytest.mark.parametrize("variant", ["broken", "repaired"])
def test_stage_two_never_begins(variant):
    trace = simulate("swallowed-error", variant=variant)

    assert {span.name for span in trace.spans if span.kind == "emit"} == {"user.syncProfile"}


@pytest.mark.parametrize(("said", "answer"), [("article flags async:false", 200), ("suppressErrors:false", 500)])
def test_nest_gives_the_same_answers(said, answer):
    (line,) = [line for line in printed("08_pipeline") if line.startswith(f"stage1 throws / {said}: ")]

    assert int(re.search(r": (\d{3}) after", line)[1]) == answer


def test_the_fix_helps_only_if_the_emitter_waits():
    assert set(broken_orders("swallowed-error").values()) == {(1, 1)}
    assert broken_orders("swallowed-error:repaired") == {
        "sync": (0, 1),
        "sequential": (0, 1),
        "awaited": (0, 1),
        "bounded:1": (1, 1),
        "detached": (1, 1),
    }
