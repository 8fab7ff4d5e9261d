"""docs/compare.md defines every possible row of a comparison, and every fate."""

import re

import pytest

from eventdemo.core.fates import Fate
from eventdemo.simulate import PATTERNS, simulate
from eventdemo.trace import comparison
from tests.house.repo import text

PAGE = text("docs/compare.md")
CHECK = "a check, such as *no user is skipped*"
DEFINED = set(re.findall(r"^\| ([a-z][^|]*?) \|", PAGE, re.MULTILINE)) - {"row"}


def questions_of(trace):
    """Return the rows of a comparison, with one row for all checks."""
    claims = {check.claim for check in trace.checks}
    rows = (CHECK if row.question in claims else row.question for row in comparison.compare([trace]).rows)
    return {re.sub(r"^(peak in flight): .*", r"\1", row) for row in rows}


@pytest.fixture(scope="module")
def trace():
    """A run with one delivery of every fate, so that no row is omitted."""
    run = simulate("logout", users=3)
    return run.model_copy(
        update={
            "ledger": dict.fromkeys(Fate, 1),
            "metrics": run.metrics.model_copy(update={"started_out_of_order": 1, "finished_out_of_order": 1}),
        }
    )


def test_the_page_defines_exactly_the_possible_rows(trace):
    assert questions_of(trace) == DEFINED


@pytest.mark.parametrize("scenario", PATTERNS)
def test_every_row_of_a_scenario_is_defined(scenario):
    assert questions_of(simulate(scenario, users=3)) <= DEFINED
