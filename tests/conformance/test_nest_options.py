"""`nest_options.json` holds what the real packages did with each option, and the page shows exactly that."""

import json

import pytest

from tests.conformance.nest.measure import NEST, compact
from tests.conformance.nest.page import DATA, PAGE, page

MEASURED = json.loads(DATA.read_text("utf-8"))
ROWS = MEASURED["nest_rows"]


def cell(scope, options, version):
    """Return the one row that says what an option does in a version."""
    key = "none" if options is None else json.dumps(options, separators=(",", ":"))
    (row,) = [r for r in ROWS if r["scope"] == scope and r["options"] == key and version in r["versions"]]
    return row


def test_the_page_shows_the_data():
    assert PAGE.read_text("utf-8") == page(MEASURED), "run `python -m tests.conformance.nest.page`"


def test_the_data_is_written_one_row_a_line():
    assert DATA.read_text("utf-8") == compact(MEASURED)


def test_every_option_was_measured_in_every_version_exactly_once():
    combinations = {(row["scope"], row["options"]) for row in ROWS}
    measured = [(row["scope"], row["options"], version) for row in ROWS for version in row["versions"]]

    assert sorted(measured) == sorted((*one, version) for one in combinations for version in NEST)
    assert len(combinations) == 2 * 14


def test_the_versions_of_nest_are_those_that_were_meant():
    assert {v["event-emitter"]: int(v["nest"].split(".")[0]) for v in MEASURED["versions"]} == NEST


@pytest.mark.parametrize("version", NEST)
def test_on_a_singleton_async_false_waits_and_async_true_does_not(version):
    assert cell("singleton", {"async": False}, version)["waits"]
    assert not cell("singleton", {"async": True}, version)["waits"]


@pytest.mark.parametrize("version", NEST)
def test_next_tick_with_promisify_is_never_called(version):
    assert not cell("singleton", {"nextTick": True, "promisify": True}, version)["called"]


@pytest.mark.parametrize("version", NEST)
def test_errors_are_logged_and_kept_from_the_emitter_from_2_0_1_on(version):
    newer = list(NEST).index(version) >= list(NEST).index("2.0.1")

    assert cell("singleton", None, version)["emit_async_fails"] == ("log" if newer else "emitter")


def test_on_a_request_scoped_provider_async_true_waits_since_2_0_0():
    waits = [version for version in NEST if cell("request", {"async": True}, version)["waits"]]

    assert waits == list(NEST)[list(NEST).index("2.0.0") :]


def test_once_with_async_is_never_removed_by_event_emitter_2():
    rows = [row for row in MEASURED["raw_rows"] if row["way"] == "once" and row["options"] == '{"async":true}']

    assert rows
    assert all(row["stays"] for row in rows)
