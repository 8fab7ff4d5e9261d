"""Each benchmark runs from its measurement to its rows: here with a tiny share of the usual repetitions."""

import asyncio
import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import graduation
from benchmarks.rows import table
from docs.pages.graduation import table as graduation_table
from tests.house.repo import files, text

SHARE = 0.002
PAGE = "docs/reference/benchmarks.md"
OTHER_LIBRARIES = ("solipsism", "looptime", "detangle", "seedloop", "simloom", "simloop", "frontrun", "pymitter")
"""Their rows are left out where a library isn't installed."""
MEASURING = [Path(path).stem for path in files("benchmarks/*.py") if "\ndef rows(" in text(path)]


def without_results(markdown):
    """Return the first two columns of each row: what is measured, and its goal."""
    rows = [line.split("|")[1:3] for line in markdown.splitlines() if line.startswith("| ")]
    return [(what.strip(), goal.strip()) for what, goal in rows]


def section_of(module):
    """Return the rows of a module that the page shows, as far as they can be measured here."""
    title = module.replace("_", " ").capitalize()
    section = text(PAGE).partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [row for row in without_results(section) if not any(name in row[0] for name in OTHER_LIBRARIES)]


def test_there_are_benchmarks():
    assert {"emit", "explore", "fan_out"} <= {*MEASURING}


@pytest.mark.parametrize("module", MEASURING)
def test_a_small_run_of_a_benchmark_gives_the_rows_that_the_page_shows(module):
    rows = import_module(f"benchmarks.{module}").rows(SHARE)

    assert all(row.ratio > 0 for row in rows)
    measured = without_results(table(rows))
    assert [row for row in measured if not any(name in row[0] for name in OTHER_LIBRARIES)] == section_of(module)


def test_a_small_run_of_the_engines_gives_records_that_the_page_can_show():
    speeds = asyncio.run(graduation.speeds(["outbox"], jobs=3))

    records = [asdict(speed) for speed in speeds]
    assert [record["engine"] for record in records] == ["in process", "outbox"]
    assert "| outbox |" in graduation_table(records)
    assert {frozenset(record) for record in records} == {
        frozenset(each) for each in json.loads(text("docs/data/graduation.json"))
    }
