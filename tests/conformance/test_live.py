"""`EventBus` beside the real EventEmitter2, on programs that Hypothesis writes; `make conformance` installs that."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conformance.bus_runner import run
from tests.conformance.compare import explained, traces_of
from tests.conformance.node_runner import NODE, EventEmitter2
from tests.conformance.programs import exact_programs, free_programs, nest_programs, optioned_programs
from tests.conformance.record import recorded
from tests.needs import needs, without_node

pytestmark = needs(without_node(NODE))
LIVE = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def ee2():
    with EventEmitter2() as emitter:
        yield emitter


def agree(program, ee2):
    """Raise if the two differ on a program and no listed difference explains it."""
    explained(program, traces_of(program, ee2.run), run(program))


@LIVE
@given(program=exact_programs())
def test_without_wildcards_everything_happens_in_the_same_order(ee2, program):
    agree(program, ee2)


@LIVE
@given(program=free_programs())
def test_with_wildcards_and_on_any_the_same_listeners_are_called(ee2, program):
    agree(program, ee2)


@LIVE
@given(program=optioned_programs())
def test_with_the_options_of_a_listener_the_same_listeners_are_called_and_only_they_wait(ee2, program):
    agree(program, ee2)


@LIVE
@given(program=nest_programs())
def test_methods_marked_for_nest_and_for_the_bus_do_and_log_the_same(ee2, program):
    agree(program, ee2)


def test_event_emitter_2_still_does_what_is_recorded(ee2):
    changed = [
        entry["program"]
        for entry in recorded()
        if entry["ee2"] != {modes: ee2.run(entry["program"], modes) for modes in entry["ee2"]}
    ]

    assert not changed, "run `python -m tests.conformance.record` and look at what changed"
