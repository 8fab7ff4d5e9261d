"""Each call that writes to a log has as many arguments as its text has places for them, and of the right type."""

import ast
import re

from tests.house.repo import assert_none, files, tree

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGS = {"log", "_log", "logger", "_logger"}
PLACE = re.compile(r"%[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
NUMBERS = set("diouxXeEfFgGc")


def log_calls(module):
    """Yield the calls `log.warning(...)`, also those on an attribute: `self._log.warning(...)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = node.func.value
            if getattr(owner, "id", getattr(owner, "attr", None)) in LOGS:
                yield node


def fault(call):
    """Return what is wrong with a call, or None."""
    text, *arguments = call.args
    if not isinstance(text, ast.Constant) or any(isinstance(each, ast.Starred) for each in arguments):
        return "write the text and its arguments out, so that this test can count them"
    places = [kind for kind in PLACE.findall(text.value) if kind != "%"]
    if len(places) != len(arguments):
        return f"{len(places)} places in the text, {len(arguments)} arguments"
    try:
        _ = text.value % tuple(1 if kind in NUMBERS else "" for kind in places)
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def faults_in(module):
    return [(call.lineno, found) for call in log_calls(module) if (found := fault(call)) is not None]


def test_every_log_call_can_be_written():
    modules = {path: tree(path) for path in files("eventdemo/*.py", "mock_services/*.py")}

    assert sum(len(list(log_calls(module))) for module in modules.values()) > 10
    assert_none(f"{path}:{line}: {found}" for path, module in modules.items() for line, found in faults_in(module))


def test_a_wrong_log_call_is_found():
    wrong = """
log.error("%s failed", job, error)
self._log.warning("%s of %d failed", job)
log.info("100% of %s", job)
log.debug(text, job)
log.critical("%s", *jobs)
"""
    right = """
log.error("nothing failed")
_log.warning("%s failed after %d of %.1f s, 100 %%", job, 1, 2.0, exc_info=error)
"""

    assert [line for line, _ in faults_in(ast.parse(wrong))] == [2, 3, 4, 5, 6]
    assert faults_in(ast.parse(right)) == []
