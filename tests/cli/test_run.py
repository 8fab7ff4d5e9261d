"""`eventdemo run`: one strategy, in every view."""

import json
from xml.etree import ElementTree as ET

import pytest

from eventdemo.simulate import DEFAULTS, PATTERNS
from eventdemo.trace.record import Trace

LOGOUT = ("run", "logout", "--users", 3, "--strategy", "awaited")


@pytest.mark.parametrize("strategy", [*DEFAULTS, "bounded:1"])
@pytest.mark.parametrize("name", PATTERNS)
def test_every_scenario_runs_under_every_strategy(eventdemo, name, strategy):
    said = eventdemo("run", name, "--users", 2, "--strategy", strategy)

    assert (said.code, said.err) == (0, "")
    assert "Every delivery is accounted for." in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_the_ledger_is_printed_in_words(eventdemo):
    said = eventdemo(*LOGOUT)

    assert said.out.startswith("3 emits, 6 deliveries\n      6  done: the listener finished\n")


def test_exit_1_means_that_something_was_lost(eventdemo):
    said = eventdemo("run", "fan-out", "--users", 60, "--strategy", "detached")

    assert said.code == 1
    assert "failed-unseen: it raised" in said.out


def test_json_is_the_whole_trace(eventdemo):
    said = eventdemo(*LOGOUT, "--json")

    trace = Trace.model_validate_json(said.out)
    assert (trace.scenario, trace.strategy, trace.users, trace.emitted) == ("logout", "awaited", 3, 3)
    assert trace.spans


def test_the_timeline_alone_is_what_the_full_output_shows_too(eventdemo):
    alone, full = eventdemo(*LOGOUT, "--timeline"), eventdemo(*LOGOUT)

    assert alone.out.strip() in full.out
    assert "accounted" not in alone.out


def test_mermaid_is_a_sequence_diagram(eventdemo):
    assert "sequenceDiagram" in eventdemo(*LOGOUT, "--mermaid").out


def test_svg_is_a_file_that_a_browser_can_read(eventdemo, tmp_path):
    file = tmp_path / "timeline.svg"

    said = eventdemo(*LOGOUT, "--svg", file)

    assert (said.code, said.out, said.err) == (0, "", f"wrote {file}\n")
    assert ET.parse(file).getroot().tag.endswith("svg")


def test_perfetto_is_a_file_of_trace_events(eventdemo, tmp_path):
    file = tmp_path / "trace.json"

    said = eventdemo(*LOGOUT, "--perfetto", file)

    assert (said.code, said.out, said.err) == (0, "", f"wrote {file}\n")
    assert json.loads(file.read_text("utf-8"))["traceEvents"]


@pytest.mark.parametrize("form", ["--timeline", "--mermaid"])
def test_a_picture_shows_the_named_user(eventdemo, form):
    pictures = {eventdemo("run", "logout", "--strategy", "awaited", "--user", n, form).out for n in (1, 2, 3, 4, 5)}

    assert len(pictures) > 1


@pytest.mark.parametrize(
    "forms", [["--json", "--timeline"], ["--mermaid", "--svg", "x.svg"], ["--json", "--perfetto", "x.json"]], ids=str
)
def test_only_one_form_at_a_time(eventdemo, forms):
    eventdemo(*LOGOUT, *forms).refused("Choose one of --json, --timeline, --mermaid, --svg and --perfetto.")


@pytest.mark.parametrize("form", [[], ["--timeline"], ["--mermaid"], ["--svg", "x.svg"]], ids=str)
def test_a_user_without_events_has_no_picture(eventdemo, form):
    eventdemo(*LOGOUT, "--user", 99, *form).refused("Nothing happened to user 99")
