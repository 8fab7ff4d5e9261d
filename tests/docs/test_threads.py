"""Questions from issue trackers: scenarios, guarantees and tests that exist answer each of them."""

import ast
import re
import tomllib
from collections import Counter

from eventdemo.explore.guarantees.table import GUARANTEES
from eventdemo.simulate import SCENARIOS
from tests.house.repo import assert_none, files, text, tree

ASKS = tomllib.loads(text("docs/data/threads.toml"))["ask"]
KEYS = ["question", "words", "threads", "answer", "scenarios", "guarantees", "tests"]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TRACKERS_ANSWERED_BY_TESTS_ALONE = {"taskforcesh/bullmq"}


def test_every_question_has_the_same_fields_in_the_same_order():
    for ask in ASKS:
        assert list(ask) == KEYS
        assert ask["question"].endswith("?")
        assert ask["answer"].endswith(".")
        assert len(ask["answer"]) <= 260
        assert ask["words"]


def test_threads_have_valid_names_and_occur_once():
    threads = Counter(thread for ask in ASKS for thread in ask["threads"])

    assert_none(thread for thread in threads if not re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", thread))
    assert_none(thread for thread, times in threads.items() if times > 1)


def test_every_question_has_a_scenario_or_a_guarantee():
    for ask in ASKS:
        trackers = {thread.split("#")[0] for thread in ask["threads"]}

        assert ask["scenarios"] or ask["guarantees"] or trackers <= TRACKERS_ANSWERED_BY_TESTS_ALONE, ask["question"]
        assert ask["tests"], ask["question"]


def is_there(test):
    path, _, name = test.partition("::")
    functions = (node.name for node in tree(path).body if isinstance(node, FUNCTIONS))
    return path in files("tests/*.py") and name in functions


def test_every_answer_exists():
    guarantees = {guarantee.experiment.name for guarantee in GUARANTEES}

    assert_none(name for ask in ASKS for name in ask["scenarios"] if name not in SCENARIOS)
    assert_none(name for ask in ASKS for name in ask["guarantees"] if name not in guarantees)
    assert_none(test for ask in ASKS for test in ask["tests"] if not is_there(test))
