"""The source text that a reader needs: functions without their docstrings and the linter's comments."""

import ast
import re
from textwrap import dedent

NOQA = re.compile(r"\s+# noqa: .*")
"""A comment for the linter."""
Row = tuple[int, str]
"""The number of a line in its file, and its text."""


def without_docstrings(code: str, first: int = 1) -> list[Row]:
    """Return the lines of functions or classes, dedented and numbered from `first`, but not their docstrings."""
    code = dedent(code)
    rows: list[str | None] = [*code.splitlines()]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            begin, end = node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno
            rows[begin - 1 : end] = [None] * (end - begin + 1)
            if end < len(rows) and not rows[end]:
                rows[end] = None  # the empty line below it
    return [(number, NOQA.sub("", row)) for number, row in enumerate(rows, first) if row is not None]
