"""Offset pagination by a date that the loop updates skips the same users as the same loop on the real libraries."""

import re

import pytest

from eventdemo.pitfalls import page_drift
from eventdemo.simulate import DEFAULTS
from tests.pitfalls.orders import end, ends, printed

MEASURED = re.compile(r"N=(\d+) size=(\d+) (.+?), OFFSET page\*size +synced (\d+)/\d+, twice (\d+), skipped")
BY_DATE = [tuple(map(int, found.group(1, 2, 4, 5))) for found in map(MEASURED.match, printed("14_paging")) if found]


def test_three_sizes_were_measured():
    assert BY_DATE == [(10, 2, 6, 2), (100, 10, 50, 30), (95, 10, 50, 25)]


@pytest.mark.parametrize(("users", "size", "synced", "twice"), BY_DATE)
def test_as_many_are_skipped_and_visited_again_as_on_the_real_libraries(monkeypatch, users, size, synced, twice):
    monkeypatch.setattr(page_drift, "PAGES", -(-users // size))

    found = end("page-drift", "broken", users=users)

    assert found == f"{users - synced} of {users} employees are never visited, {twice} more than once"


@pytest.mark.parametrize("users", [1, 2, 3, 10, 95, 100, 101])
def test_paging_by_key_visits_each_user_once_whatever_their_number(users):
    assert end("page-drift", "repaired", users=users) == "every employee is visited once"


def test_with_a_single_page_nothing_is_wrong(monkeypatch):
    """So a developer does not see it with a few users."""
    monkeypatch.setattr(page_drift, "PAGES", 1)

    assert end("page-drift", "broken", users=50) == "every employee is visited once"


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_no_strategy_changes_which_page_comes_next(strategy):
    found = end("page-drift", "broken", strategy=strategy)

    assert found == "50 of 100 employees are never visited, 30 more than once"


def test_there_is_only_one_schedule_and_it_fails():
    assert ends("page-drift") == {"2 of 4 employees are never visited, 1 more than once": 1}
    assert ends("page-drift:repaired") == {"every employee is visited once": 1}
