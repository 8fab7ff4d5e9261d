"""`eventdemo scenarios`, `eventdemo events` and help texts."""

import json
import re

import pytest
import typer

from eventdemo.cli import options
from eventdemo.cli.app import app
from eventdemo.durable import runtime
from eventdemo.simulate import SCENARIOS
from tests.backend.test_wiring import IN_ORDER

COMMANDS = typer.main.get_command(app).commands


def test_every_scenario_is_listed_with_its_summary(eventdemo):
    said = eventdemo("scenarios")

    assert (said.code, said.err) == (0, "")
    listed = " ".join(said.out.split())
    for name, summary in SCENARIOS.items():
        assert f"{name} {summary}" in listed


def test_listing_claims_exits_with_0_although_some_do_not_hold(eventdemo):
    said = eventdemo("claims")

    assert said.code == 0
    assert "does not hold" in said.out


def test_every_event_is_listed_with_payload_emitters_and_listeners(eventdemo):
    said = eventdemo("events")

    assert (said.code, said.err) == (0, "")
    for name, listeners in IN_ORDER.items():
        assert re.search(rf"^{re.escape(name)}  \(\w+\)\n    carries     \w+: ", said.out, re.MULTILINE)
        assert f"    heard by    {', '.join(listeners)}\n" in said.out
    assert "    emitted by  AuthController.log_out_mobile\n" in said.out


def test_events_as_json_are_the_same_catalogue(eventdemo):
    entries = {entry["name"]: entry for entry in json.loads(eventdemo("events", "--json").out)}

    assert {name: entries[name]["listeners"] for name in IN_ORDER} == IN_ORDER
    assert set(entries["auth.logout"]) == {"name", "event", "payload", "emitters", "listeners"}


@pytest.mark.parametrize("command", [["scenarios"], ["events"], [], *[[name, "--help"] for name in COMMANDS]], ids=str)
def test_nothing_is_wider_than_100_columns(eventdemo, command):
    assert max(map(len, eventdemo(*command).out.splitlines())) <= 100


def test_without_a_command_there_is_help(eventdemo):
    said = eventdemo()

    assert said == eventdemo("--help")
    assert (said.code, said.err) == (0, "")
    assert all(f"  {command} " in said.out for command in COMMANDS)


def test_the_help_begins_with_what_to_run_first_and_fits_60_columns(eventdemo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    said = eventdemo("--help").out

    assert max(map(len, said.splitlines())) <= 60
    assert "Run these first:\n    eventdemo compare logout " in said
    assert set(re.findall(r"^    eventdemo (\w+) ", said, re.MULTILINE)) < set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_whole_sentences_even_60_columns_wide(eventdemo, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "60")
    (line,) = re.findall(rf"^  {command} +(.*)$", eventdemo().out.partition("Commands:")[2], re.MULTILINE)

    assert line.endswith(".")
    assert not line.endswith("...")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_every_command_is_explained(eventdemo, command):
    said = eventdemo(command, "--help")

    assert said.code == 0
    assert all(getattr(parameter, "help", None) for parameter in COMMANDS[command].params)
    assert not re.findall(r"^  --\S+ <.*", said.out, re.MULTILINE), "a type where a reader expects a word"


def test_the_default_prefix_is_that_of_the_durable_part():
    assert options.PREFIX == runtime.PREFIX
