"""A file is one idea, a function fits on a screen, and the heart of the project can be read in an hour."""

import ast

import pytest

from tests.house.repo import files, text, tree

PYTHON = files("*.py")
HEART = files("eventdemo/core/events.py", "eventdemo/core/bus.py", "eventdemo/backend/patterns/*.py")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("path", PYTHON)
def test_a_module_has_at_most_300_lines(path):
    assert len(text(path).splitlines()) <= 300


@pytest.mark.parametrize("path", PYTHON)
def test_a_function_has_at_most_40_lines_without_its_docstring(path):
    lengths = {f"{path}:{f.lineno} {f.name}": length(f) for f in ast.walk(tree(path)) if isinstance(f, FUNCTIONS)}

    assert not {where: lines for where, lines in lengths.items() if lines > 40}


def length(function):
    """Return the number of lines of a function, decorators and docstring aside."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def test_events_bus_and_patterns_together_have_under_1000_lines():
    assert sum(len(text(path).splitlines()) for path in HEART) < 1000


@pytest.mark.parametrize("path", files("eventdemo/*.py", "mock_services/*.py", "benchmarks/*.py", "docs/*.py"))
def test_a_module_opens_with_one_to_six_lines_on_what_it_holds(path):
    docstring = ast.get_docstring(tree(path)) or ""
    prose = [line for line in docstring.splitlines() if not line.startswith(("├", "│", "└", " "))]

    assert prose, f"{path} does not say what it holds"
    assert len(prose) <= 6 or path == "eventdemo/__init__.py", "what needs more lines is a page"
