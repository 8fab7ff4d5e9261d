"""A file is one idea, a function fits on a screen, and the heart of the project can be read in an hour."""

import ast

from tests.house.repo import assert_none, files, text, tree

PYTHON = files("*.py")
CORE = files("eventdemo/core/*.py")
PATTERNS = files("eventdemo/backend/patterns/*.py", "eventdemo/backend/wiring.py")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_a_module_has_at_most_300_lines():
    lengths = {path: len(text(path).splitlines()) for path in PYTHON}

    assert_none(f"{path} has {lines} lines" for path, lines in lengths.items() if lines > 300)


def test_a_function_has_at_most_40_lines_without_its_docstring():
    functions = ((path, node) for path in PYTHON for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS))

    assert_none(f"{path}:{f.lineno} {f.name} has {length(f)} lines" for path, f in functions if length(f) > 40)


def length(function):
    """Return the number of lines of a function, decorators and docstring aside."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def test_the_core_has_at_most_1342_lines_and_with_the_patterns_and_their_wiring_1800():
    assert lines_of(CORE) <= 1342
    assert lines_of([*CORE, *PATTERNS]) <= 1800


def lines_of(paths):
    return sum(len(text(path).splitlines()) for path in paths)


def test_the_package_has_fewer_than_20_000_lines_of_code():
    assert sum(lines_of_code(path) for path in files("eventdemo/*.py")) < 20_000


def lines_of_code(path):
    """Return how many lines remain without blank lines, comments and docstrings: what `cloc` counts as code."""
    texts = [node for node in ast.walk(tree(path)) if is_prose(node)]
    prose = {line for node in texts for line in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(text(path).splitlines(), 1)
    return sum(number not in prose and bool(line.partition("#")[0].strip()) for number, line in lines)


def is_prose(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_a_module_opens_with_one_to_six_lines_on_what_it_holds():
    modules = files("eventdemo/*.py", "mock_services/*.py", "benchmarks/*.py", "docs/*.py")
    opening = {path: len(prose(path)) for path in modules if path != "eventdemo/__init__.py"}

    assert prose("eventdemo/__init__.py")
    assert_none(f"{path} opens with {lines} lines of prose" for path, lines in opening.items() if not 1 <= lines <= 6)


def prose(path):
    """Return the lines at the top of a module that say what it holds, a drawn tree aside."""
    docstring = ast.get_docstring(tree(path)) or ""
    return [line for line in docstring.splitlines() if not line.startswith(("├", "│", "└", " "))]
