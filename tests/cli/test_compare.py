"""`eventdemo compare`: the table, the exit code, JSON and HTML."""

import json
import re

import pytest

from eventdemo.simulate import DEFAULTS, PATTERNS, PITFALLS
from eventdemo.simulate.program import variants_of

KEYS = ["scenario", "strategy", "seed", "emitted", "deliveries", "ledger", "balanced", "metrics"]


@pytest.mark.parametrize("name", PATTERNS)
def test_every_scenario_is_compared_under_every_strategy(eventdemo, name):
    said = eventdemo("compare", name, "--users", 4)

    assert said.err == ""
    assert said.out.startswith(f"{name}: {PATTERNS[name].summary}.\n")
    for strategy in DEFAULTS:
        assert re.search(rf"^{strategy}: ", said.out, re.MULTILINE), said.out


def test_the_default_is_fan_out(eventdemo):
    said = eventdemo("compare", "--users", 2, "--strategies", "awaited")

    assert said.out.startswith("fan-out: the poll emits once per employee;")


def test_piped_it_is_plain_text_of_at_most_100_columns(eventdemo):
    said = eventdemo("compare", "sync-profile", "--users", 6)

    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_exit_0_means_that_nothing_was_lost(eventdemo):
    assert eventdemo("compare", "logout", "--users", 3).code == 0


def test_exit_1_means_that_some_strategy_lost_something(eventdemo):
    said = eventdemo("compare", "fan-out", "--users", 60, "--strategies", "awaited,detached")

    assert said.code == 1
    assert "rate-limited (HTTP 429)" in said.out
    assert re.search(r"^detached: .*the\s+emitter\s+never\s+saw", said.out, re.MULTILINE | re.DOTALL)


def test_the_strategy_that_loses_nothing_does_not_exit_with_1(eventdemo):
    assert eventdemo("compare", "fan-out", "--users", 60, "--strategies", "awaited").code == 0


def test_the_named_strategies_are_compared_in_their_order(eventdemo):
    said = eventdemo("compare", "logout", "--users", 2, "--strategies", "bounded:2, awaited", "--json")

    assert [trace["strategy"] for trace in json.loads(said.out)] == ["bounded:2", "awaited"]


def test_json_is_a_list_of_the_numbers_of_each_strategy(eventdemo):
    said = eventdemo("compare", "approval", "--users", 4, "--seed", 11, "--json")

    traces = json.loads(said.out)
    assert [trace["strategy"] for trace in traces] == list(DEFAULTS)
    for trace in traces:
        assert set(KEYS) <= set(trace)
        assert (trace["scenario"], trace["seed"], trace["users"], trace["balanced"]) == ("approval", 11, 4, True)
        assert sum(trace["ledger"].values()) == trace["deliveries"]
        assert "spans" not in trace


def test_json_keeps_the_exit_code(eventdemo):
    said = eventdemo("compare", "fan-out", "--users", 60, "--strategies", "detached", "--json")

    (trace,) = json.loads(said.out)
    assert said.code == 1
    assert trace["ledger"]["failed-unseen"] > 0


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(eventdemo):
    first, second, other = (eventdemo("compare", "logout", "--users", 5, "--seed", seed).out for seed in (3, 3, 4))

    assert first == second != other


def test_html_is_one_page_that_needs_nothing_else(eventdemo, tmp_path):
    page = tmp_path / "page.html"

    said = eventdemo("compare", "logout", "--users", 3, "--html", page)

    assert (said.code, said.err) == (0, f"wrote {page}\n")
    html = page.read_text("utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!#)|@import|url\((?!#)""", html)
    assert "eventdemo compare logout --users 3" in html


def test_html_and_json_go_together(eventdemo, tmp_path):
    page = tmp_path / "page.html"

    said = eventdemo("compare", "logout", "--users", 3, "--json", "--html", page)

    assert len(json.loads(said.out)) == len(DEFAULTS)
    assert page.exists()


def test_the_timeline_is_that_of_the_named_user(eventdemo):
    said = eventdemo("compare", "logout", "--users", 5, "--user", 4)

    assert "What happened to user 4\n" in said.out


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "text"])
def test_a_user_without_events_is_an_error_only_where_a_timeline_is_drawn(eventdemo, form):
    said = eventdemo("compare", "logout", "--users", 5, "--user", 99, *form)

    if form:
        assert said.code == 0
    else:
        said.refused("Nothing happened to user 99")


def test_html_of_a_user_without_events_writes_no_file(eventdemo, tmp_path):
    page = tmp_path / "page.html"

    eventdemo("compare", "logout", "--users", 5, "--user", 99, "--html", page).refused("Nothing happened to user 99")

    assert not page.exists()


@pytest.mark.parametrize("name", PITFALLS)
def test_a_pitfall_is_shown_broken_beside_its_fixes(eventdemo, name):
    said = eventdemo("compare", name)

    assert (said.code, said.err) == (1, "")
    assert said.out.startswith(f"{name}: {PITFALLS[name]}.\n")
    assert all(f"\n{variant}: " in said.out for variant in variants_of(name))


def test_a_pitfall_may_be_compared_under_other_strategies(eventdemo):
    said = eventdemo("compare", "logout-race", "--strategies", "awaited,detached")

    assert "\nbroken: " in said.out
    assert "\nrepaired, detached: " in said.out


def test_an_unknown_variant_is_one_line(eventdemo):
    said = eventdemo("run", "logout-race", "--strategy", "awaited", "--variant", "mended")

    assert (said.code, said.out) == (2, "")
    assert "no variant 'mended': choose from broken, repaired" in said.err
