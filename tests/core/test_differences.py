"""docs/reference/differences.md: each row is proven by a test that exists."""

import ast

import pytest

from tests.house.repo import ROOT, assert_none, text, tree

PAGE = "docs/reference/differences.md"
COLUMNS = ["What", "Theirs", "Ours", "Why", "Test"]


def rows(page):
    """Return the cells of each row of each table, headings between the rows aside."""
    lines = [line for line in page.splitlines() if line.startswith("|") and not line.startswith("|---")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row != COLUMNS and not (row[0].startswith("**") and not any(row[1:]))]


def complaint(row):
    """Say what is wrong with a row; nothing if it is fine."""
    if len(row) != len(COLUMNS) or not all(row):
        return "a row has five cells, and none is empty"
    path, _, name = row[-1].strip("`").partition("::")
    if not (ROOT / path).is_file():
        return f"there is no file {path}"
    tests = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}
    return "" if name in tests else f"{path} has no test {name}"


def test_each_difference_names_a_test_that_exists():
    assert_none(f"{row[0]}: {wrong}" for row in rows(text(PAGE)) if (wrong := complaint(row)))


def test_all_tables_are_read():
    assert text(PAGE).count("| What | Theirs | Ours | Why | Test |") == 3
    assert len(rows(text(PAGE))) > 90


@pytest.mark.parametrize(
    "row",
    [
        ["a", "b", "c", "d"],
        ["a", "b", "c", "d", ""],
        ["a", "", "c", "d", "`tests/core/test_order.py::test_a_nested_emit_is_depth_first`"],
        ["a", "b", "c", "d", "`tests/core/test_order.py::test_that_does_not_exist`"],
        ["a", "b", "c", "d", "`tests/core/test_nowhere.py::test_a_nested_emit_is_depth_first`"],
        ["a", "b", "c", "d", "`tests/core/test_order.py`"],
    ],
)
def test_a_row_without_a_test_would_be_found(row):
    assert complaint(row)
