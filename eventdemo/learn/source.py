"""The code under study, printed beside the picture of its run: functions and classes without their docstrings."""

import ast
import inspect
import re
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from eventdemo.learn.prose import Prose

NOQA = re.compile(r"\s+# noqa: .*")
"""A comment for the linter."""


def source(*things: Callable[..., Any]) -> Prose:
    """Return the source of functions and classes, as it runs."""
    return Prose("\n\n".join(map(_without_docstrings, things)))


def _without_docstrings(thing: Callable[..., Any]) -> str:
    code = dedent(inspect.getsource(thing))
    lines: list[str | None] = [*code.splitlines()]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            first, last = node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno
            lines[first - 1 : last] = [None] * (last - first + 1)
            if last < len(lines) and not lines[last]:
                lines[last] = None  # the empty line below it
    return "\n".join(NOQA.sub("", line) for line in lines if line is not None)
