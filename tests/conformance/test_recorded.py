"""`EventBus` does on every recorded program what EventEmitter2 did, the known differences aside."""

import json
from collections import Counter

import pytest

from eventdemo.core.bus import EventBus
from tests.conformance.bus_runner import run
from tests.conformance.compare import UnlistedDifferenceError, explained
from tests.conformance.differences import RULES
from tests.conformance.programs import kinds
from tests.conformance.record import RECORDED, recorded
from tests.conformance.rules import table
from tests.core.test_mutants import MUTANTS
from tests.house.repo import assert_none

ENTRIES = recorded()
DRAWN = ENTRIES[len(table()) :]
NOT_COMPARED = {
    "forgets detached tasks": "EventEmitter2 has no such thing",
    "calls exact names first": "so does EventEmitter2",
}


def unexplained(make_bus=EventBus):
    """Yield where a bus differs from EventEmitter2 on a recorded program without a name for the difference."""
    for number, entry in enumerate(ENTRIES):
        try:
            explained(entry["program"], entry["ee2"], run(entry["program"], make_bus))
        except UnlistedDifferenceError as found:
            yield f"program {number}: {found}"


def test_it_does_the_same_or_differs_by_name():
    assert_none(unexplained())


def test_what_is_recorded_says_something():
    assert len(DRAWN) > 250
    assert RECORDED.stat().st_size < 500_000


def test_hardly_a_drawn_program_is_excused_and_most_are_compared_to_the_last_line():
    names = [explained(entry["program"], entry["ee2"], run(entry["program"])) for entry in DRAWN]

    used = [[RULES[name] for name in some] for some in names]
    exact = sum(all(rule.mode for rule in rules) for rules in used)

    excused = [rule.name for rules in used for rule in rules if rule.excuses]
    assert len(excused) / len(DRAWN) < 0.02
    assert exact / len(DRAWN) > 0.6


def test_the_drawn_programs_use_every_kind_of_step():
    used = Counter(kind for entry in DRAWN for kind in kinds(entry["program"]["steps"]))

    assert not {"on", "once", "many", "prepend", "on_any", "off", "off_all", "emit", "emit_async"} - set(used)
    assert sum("*" in str(entry["program"]["steps"]) for entry in DRAWN) > 30
    assert not {"listeners", "names", "settle", "wait_for"} - set(used)
    assert sum("max_listeners" in entry["program"] for entry in DRAWN) > 50
    assert sum('{"' in json.dumps(entry["program"]["steps"]) for entry in DRAWN) > 50
    assert sum(bool(entry["ee2"][""].get("logged")) for entry in DRAWN) > 5
    reported = Counter(line[0] for entry in DRAWN for line in entry["ee2"][""]["log"])
    assert min(reported["warned"], reported["waited"]) > 10


@pytest.mark.parametrize("defect", [name for name in MUTANTS if name not in NOT_COMPARED])
def test_a_bus_with_a_defect_is_found_out(defect):
    assert any(unexplained(MUTANTS[defect]))
