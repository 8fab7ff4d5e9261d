"""The page of pitfalls names existing tests, and all those of test_traps.py."""

import ast
import re
from functools import cache

from tests.durable.harness import HARNESSES
from tests.house.repo import assert_none, text, tree

PAGE = text("docs/graduate/traps.md")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[(\w+)\])?`", PAGE)
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| pitfall")]


@cache
def functions_in(file):
    return {node.name: node for node in tree(file).body if isinstance(node, ast.FunctionDef)}


def engines_of(test):
    """Return the engines that a test runs for."""
    chosen = [ast.unparse(decorator) for decorator in test.decorator_list]
    only = [found for text in chosen if text.startswith("only(") for found in re.findall(r"'(\w+)'", text)]
    return only or HARNESSES


def test_a_test_that_the_page_names_exists_and_runs_for_that_engine():
    assert_none(f"{file} has no {test}" for file, test, _ in NAMED if test not in functions_in(file))
    assert_none(
        f"{test} does not run for {engine}"
        for file, test, engine in NAMED
        if engine and engine not in engines_of(functions_in(file)[test])
    )


def test_every_row_names_a_test():
    assert len(ROWS) == len(NAMED)


def test_every_test_of_a_trap_is_on_the_page():
    assert {name for name in functions_in("tests/durable/test_traps.py") if name.startswith("test_")} <= {
        test for _, test, _ in NAMED
    }
