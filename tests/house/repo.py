"""The files of the repo, for tests that hold a rule over all of them: one test a rule, which lists every offender."""

import ast
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files(*patterns: str) -> tuple[str, ...]:
    """Return the paths of the tracked files and of those that are about to be, by git's patterns; all without any."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


def text(path: str) -> str:
    """Return what is in a file; nothing if it is not text."""
    try:
        return (ROOT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(path: str) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(text(path), path)


def module_of(path: str) -> str:
    """Return the dotted name under which a file is imported: `eventdemo/core/__init__.py` is `eventdemo.core`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def assert_none(offenders: Iterable[str], rule: str = "") -> None:
    """Fail if there are offenders, with the rule and all of them, one a line: pytest shortens a list."""
    __tracebackhide__ = True
    found = list(offenders)
    if found:
        raise AssertionError("\n".join([rule, *found] if rule else found))
