"""Questions from issue trackers: scenarios, guarantees and tests that exist answer each of them."""

import ast
import re
import tomllib
from collections import Counter

import pytest

from eventdemo.explore.guarantees.table import GUARANTEES
from eventdemo.simulate import SCENARIOS
from tests.house.repo import files, text, tree

ASKS = tomllib.loads(text("docs/data/threads.toml"))["ask"]
KEYS = ["question", "words", "threads", "answer", "scenarios", "guarantees", "tests"]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TRACKERS_ANSWERED_BY_TESTS_ALONE = {"taskforcesh/bullmq"}

each = pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask["question"])


@each
def test_every_question_has_the_same_fields_in_the_same_order(ask):
    assert list(ask) == KEYS
    assert ask["question"].endswith("?")
    assert ask["answer"].endswith(".")
    assert len(ask["answer"]) <= 260
    assert ask["words"]


@each
def test_threads_have_valid_names_and_occur_once(ask):
    everywhere = Counter(thread for other in ASKS for thread in other["threads"])

    for thread in ask["threads"]:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", thread)
        assert everywhere[thread] == 1


@each
def test_every_question_has_a_scenario_or_a_guarantee(ask):
    trackers = {thread.split("#")[0] for thread in ask["threads"]}

    assert ask["scenarios"] or ask["guarantees"] or trackers <= TRACKERS_ANSWERED_BY_TESTS_ALONE
    assert ask["tests"]


@each
def test_every_answer_exists(ask):
    guarantees = {guarantee.experiment.name for guarantee in GUARANTEES}

    assert set(ask["scenarios"]) <= set(SCENARIOS)
    assert set(ask["guarantees"]) <= guarantees
    for test in ask["tests"]:
        path, _, name = test.partition("::")
        assert path in files("tests/*.py")
        assert name in {node.name for node in tree(path).body if isinstance(node, FUNCTIONS)}, test
