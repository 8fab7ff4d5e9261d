"""The options for conditions: they reach the run, and the page shows the command that reproduces it."""

import html
import json
import re

import pytest

from eventdemo.simulate import DEFAULTS, simulate
from eventdemo.trace.conditions import Conditions

CRASHED = ("--instances", 2, "--crash", "A@0.2..0.5", "--oracle", "slow,429", "--no-drain")


def test_the_options_are_the_parameters_of_simulate(eventdemo):
    said = eventdemo("run", "sync-profile", "--strategy", "awaited", "--users", 4, *CRASHED, "--json")

    run = simulate("sync-profile", users=4, instances=2, crashes=["A@0.2..0.5"], oracle="slow,429", drain=False)
    assert said.out == run.model_dump_json(indent=2) + "\n"


def test_a_kill_rate_and_faults_of_every_service_reach_the_run(eventdemo):
    options = ("--kill-rate", 30, "--yardi", "down", "--fcm", "flaky", "--repair", "bounded:2,drain")
    said = eventdemo("run", "fan-out", "--strategy", "awaited", "--users", 9, *options, "--json")

    assert json.loads(said.out)["conditions"] == json.loads(
        json.dumps(
            {
                "instances": 1,
                "crashes": [],
                "kill_rate": 30.0,
                "drain": True,
                "oracle": [],
                "yardi": ["down"],
                "fcm": ["flaky"],
                "repairs": ["bounded:2", "drain"],
            }
        )
    )


def test_sets_of_repairs_are_columns_and_run_awaited(eventdemo):
    said = eventdemo("compare", "logout", "--users", 4, "--no-drain", "--repair", "none", "--repair", "bounded:2,drain")

    assert re.search(r"^ +awaited +bounded:2, drain$", said.out, re.MULTILINE), said.out
    assert said.code == 1


def test_a_repair_set_is_combined_with_each_strategy_that_is_named(eventdemo):
    said = eventdemo(
        "compare", "logout", "--users", 3, "--strategies", "detached,sequential", "--repair", "drain", "--json"
    )

    assert [(t["strategy"], t["conditions"]["repairs"]) for t in json.loads(said.out)] == [
        ("detached", ["drain"]),
        ("sequential", ["drain"]),
    ]


@pytest.mark.parametrize("option", [("--instances", 2), ("--crash", "A@1"), ("--kill-rate", 1)])
def test_sync_is_left_out_where_it_would_block_more_than_its_process(eventdemo, option):
    said = eventdemo("compare", "logout", "--users", 2, *option, "--json")

    assert [trace["strategy"] for trace in json.loads(said.out)] == [name for name in DEFAULTS if name != "sync"]


@pytest.mark.parametrize(
    "options",
    [
        CRASHED,
        ("--kill-rate", 12.5, "--fcm", "down"),
        ("--no-drain", "--repair", "none", "--repair", "drain,bounded:3"),
        ("--repair", "drain"),
    ],
)
def test_the_page_says_how_to_get_it_again(eventdemo, tmp_path, options):
    page = tmp_path / "page.html"
    eventdemo("compare", "logout", "--users", 3, *options, "--html", page)

    again = re.search(r"<code>eventdemo (.*?)</code>", page.read_text("utf-8"))[1]
    first, second = (tmp_path / name for name in ("first.html", "second.html"))
    eventdemo(*html.unescape(again).split(), "--html", first)
    eventdemo("compare", "logout", "--users", 3, *options, "--html", second)
    assert first.read_text("utf-8") == second.read_text("utf-8")
    assert " ".join(map(str, options)) in html.unescape(again)


def test_a_kill_and_its_losses_are_shown_in_the_terminal(eventdemo):
    said = eventdemo("run", "fan-out", "--strategy", "awaited", "--users", 2, "--instances", 2, "--crash", "A@0.4")

    assert re.search(r"^instance A +✗╌+$", said.out, re.MULTILINE)
    assert "✗ never returned" in said.out
    assert "✗C crashed" in said.out
    assert "A was killed at 400 ms" in said.out


def test_conditions_of_a_plain_run_are_the_defaults():
    assert simulate("logout", users=1).conditions == Conditions()
