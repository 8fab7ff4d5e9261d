"""`is-empty-id`: our `is_empty` returns what lodash's did, so listeners of `user.updated` get no event."""

import pytest

from eventdemo.pitfalls.is_empty_id import is_empty
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed

LODASH = next(line for line in printed("06_delete_events") if line.strip().startswith("lodash 4.18.1 isEmpty"))


def test_is_empty_returns_what_lodash_returned():
    answers = [is_empty(value) for value in (None, 42, "42")]

    assert [str(answer).lower() for answer in answers] == LODASH.split()[-3:] == ["true", "true", "false"]


@pytest.mark.parametrize(
    ("value", "empty"), [(0, True), (True, True), (1.5, True), ([], True), ({}, True), ([0], False)]
)
def test_is_empty_checks_for_elements(value, empty):
    assert is_empty(value) is empty


def test_the_fixed_version_emits_updated_events_too():
    emitted = {
        variant: {span.name for span in simulate("is-empty-id", variant=variant).spans if span.kind == "emit"}
        for variant in ("broken", "repaired")
    }

    assert emitted == {"broken": {"user.created"}, "repaired": {"user.created", "user.updated"}}


def test_nest_s_own_is_empty_did_the_same_up_to_version_11():
    answers = {line.split()[1]: "isEmpty(42) = true" in line for line in printed("06b_isempty_versions")}

    assert answers == {"8.4.7": True, "9.4.3": True, "10.4.22": True, "11.2.10": True, "12.5.1": False}


def test_no_schedule_and_no_strategy_helps():
    assert all(broken == all_orders for broken, all_orders in broken_orders("is-empty-id").values())
    assert all(broken == 0 for broken, _ in broken_orders("is-empty-id:repaired").values())
