"""Each entry of `differences.toml` is a difference, the whole one that its program shows, and known to users."""

import re

import pytest

from tests.conformance.bus_runner import run
from tests.conformance.compare import explained
from tests.conformance.differences import RULES
from tests.conformance.record import recorded
from tests.conformance.rules import program_of, table
from tests.house.repo import text

TABLE = table()
PAGE = text("docs/reference/differences.md")
each = pytest.mark.parametrize("name", TABLE)


def traces_of(program):
    """Return what EventEmitter2 was recorded to do on a program."""
    return next(entry["ee2"] for entry in recorded() if entry["program"] == program)


def test_every_rule_is_in_the_table_and_every_difference_has_a_rule():
    assert list(TABLE) == list(dict.fromkeys(TABLE))
    assert set(TABLE) == set(RULES)


@each
def test_a_listed_difference_still_occurs(name):
    program = program_of(TABLE[name])

    assert traces_of(program)[""] != run(program), f"nothing differs any more: {name} can go"


@each
def test_a_listed_difference_alone_explains_its_program(name):
    program, rule = program_of(TABLE[name]), RULES[name]
    ee2 = traces_of(program)
    alone = {"": ee2[""]} | {modes: trace for modes, trace in ee2.items() if modes == rule.mode}

    assert explained(program, alone, run(program), [rule]) == [name]


@each
def test_a_listed_difference_says_what_each_side_does_and_why(name):
    assert all(TABLE[name][key].endswith(".") for key in ("eventemitter2", "eventbus", "why"))


@pytest.mark.parametrize("name", [name for name in TABLE if "row" in TABLE[name]])
def test_a_row_that_a_difference_names_is_in_the_page_for_users(name):
    assert re.search(rf"^\| {re.escape(TABLE[name]['row'])} \|", PAGE, re.MULTILINE)
