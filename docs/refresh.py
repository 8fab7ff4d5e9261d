"""Updates the outputs of commands and the contents of files in the pages: `make refresh`.

The block after one of these comments is generated, never typed; `tests/docs/test_outputs.py` compares all of them.
    <!-- output of: eventdemo compare logout --users 3 -->       then a fenced block
    <!-- file: eventdemo/backend/patterns/audit.py:HrAudit -->           then a fenced block
    <!-- table of: python -m docs.pages.claims -->          then Markdown, up to <!-- end of table -->
    <!-- picture: python docs/examples/picture.py dark -->       then an image, whose file holds what the command prints
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from textwrap import dedent

from docs import preloaded

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r"^<!-- (?P<kind>output of|file): (?P<what>.+?) -->\n\n?(?P<open>(?P<fence>```+)[^\n]*\n)(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
TABLE = re.compile(
    r"^(?P<open><!-- (?P<kind>table) of: (?P<what>.+?) -->\n\n)(?P<body>.*?)^\n<!-- end of table -->$",
    re.MULTILINE | re.DOTALL,
)
PICTURE = re.compile(r"^<!-- picture: (?P<what>.+?) -->\n\n?!\[[^\]]*\]\((?P<file>[^)#]+)", re.MULTILINE)
ENVIRONMENT = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    "HOME": str(ROOT),
    "PYTHONPATH": str(ROOT),  # the pages show this copy of the code, even if another one is installed
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "LC_ALL": "C.UTF-8",
}
MARK = re.compile(r"^<!-- (?:output of|table of|file|picture):", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block, a table or a picture that is generated from a command or a file."""

    page: str
    line: int
    kind: str
    what: str
    body: str
    picture: Path | None = None

    def fresh(self) -> str:
        """Return the up-to-date content."""
        return excerpt(self.what) if self.kind == "file" else output_of(self.what)


def pages() -> list[str]:
    """Return the pages that can have blocks, relative to the root of the repo."""
    return ["README.md", "CONTRIBUTING.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))]


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page; raise an error for a comment without a block."""
    text = (ROOT / page).read_text("utf-8")
    found = [*BLOCK.finditer(text), *TABLE.finditer(text), *PICTURE.finditer(text)]
    if len(found) != len(MARK.findall(text)):
        raise ValueError(f"{page}: a comment for an output, a table, a file or a picture has no block after it.")
    for match in found:
        line = text.count("\n", 0, match.start()) + 1
        if match.re is not PICTURE:
            yield Block(page, line, match["kind"], match["what"], match["body"])
        else:
            file = (ROOT / page).parent / match["file"]
            yield Block(page, line, "picture", match["what"], file.read_text("utf-8") if file.exists() else "", file)


@cache
def output_of(command: str) -> str:
    """Return both output streams of a command, as plain text of 100 columns, and its exit code if it is not 0."""
    words = shlex.split(command)
    environment = ENVIRONMENT | {key: value for key, value in os.environ.items() if key == "PYTHONHASHSEED"}
    with NamedTemporaryFile() as output:
        run = preloaded.run if preloaded.runs(words) else run_alone
        code = run(words, Path(output.name), environment)
        printed = output.read().decode()
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    if code:
        lines += ["", f"[exit code {code}]"]
    return "\n".join(lines) + "\n"


def run_alone(words: list[str], output: Path, environment: dict[str, str]) -> int:
    """Run a command in a process of its own, write both output streams into a file, and return its exit code."""
    with output.open("wb") as file:
        streams = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": subprocess.STDOUT}
        return subprocess.run(words, cwd=ROOT, env=environment, check=False, **streams).returncode  # type: ignore[call-overload]  # noqa: S603 - the commands are in our own pages


def excerpt(what: str) -> str:
    """Return a file, or only the definition named after a colon: `eventdemo/core/clock.py:Clock.now`."""
    path, _, name = what.partition(":")
    source = (ROOT / path).read_text("utf-8")
    if not name:
        return source
    node: ast.AST = ast.parse(source)
    for part in name.split("."):
        node = next(child for child in ast.iter_child_nodes(node) if defines(child, part))
    assert isinstance(node, ast.stmt)
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return dedent("\n".join(source.splitlines()[first - 1 : node.end_lineno])) + "\n"


def defines(node: ast.AST, name: str) -> bool:
    """Return whether a statement is the function, the class or the assignment that defines a name."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return getattr(node, "name", None) == name


def refreshed(page: str) -> str:
    """Return the text of a page with up-to-date blocks."""

    def renew(match: re.Match[str]) -> str:
        fresh = Block(page, 0, match["kind"], match["what"], "").fresh()
        return match[0].replace(match["open"] + match["body"], match["open"] + fresh)

    return TABLE.sub(renew, BLOCK.sub(renew, (ROOT / page).read_text("utf-8")))


def main(*chosen: str) -> None:
    """Rewrite the chosen pages, or all, and their pictures if they are stale, and print their names."""
    for block in (block for page in chosen or pages() for block in blocks(page) if block.picture is not None):
        if block.picture is not None and block.body != block.fresh():
            block.picture.parent.mkdir(exist_ok=True)
            block.picture.write_text(block.fresh(), "utf-8")
            print(f"refreshed {block.picture.relative_to(ROOT)}")
    for page in chosen or pages():
        fresh = refreshed(page)
        if fresh != (ROOT / page).read_text("utf-8"):
            (ROOT / page).write_text(fresh, "utf-8")
            print(f"refreshed {page}")


if __name__ == "__main__":
    main(*sys.argv[1:])
