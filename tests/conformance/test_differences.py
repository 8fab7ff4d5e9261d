"""Each entry of `differences.toml` is a difference, the whole one that its program shows, and known to users."""

import pytest

from tests.conformance.bus_runner import run
from tests.conformance.compare import explained
from tests.conformance.differences import RULES
from tests.conformance.record import recorded
from tests.conformance.rules import program_of, table
from tests.house.repo import assert_none, text

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


def test_a_listed_difference_says_what_each_side_does_and_why():
    said = ((name, key, TABLE[name][key]) for name in TABLE for key in ("eventemitter2", "eventbus", "why"))

    assert_none(f"{name}, {key}: {sentence}" for name, key, sentence in said if not sentence.endswith("."))


def test_a_row_that_a_difference_names_is_in_the_page_for_users():
    rows = [entry["row"] for entry in TABLE.values() if "row" in entry]

    assert rows
    assert_none(row for row in rows if f"\n| {row} |" not in PAGE)
