"""Which files there are, for the tests that hold a rule against each of them."""

import ast
import subprocess
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
