"""Proofs: if a page names a file or a test of the repo, the site has a page for it, and the name becomes a link.

The file's page links back to the pages that name it, so that a reader who arrives there can find out what it proves.
"""

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docs.pages.page import ROOT, Page, fenced

CODE = re.compile(
    r"(?<!\[)`(?P<path>(?:eventdemo|mock_services|tests|docs|notebooks|benchmarks)/[\w./-]+\.\w+)"
    r"(?:::(?P<test>\w+)(?:\[(?P<case>[^`]*)\])?)?`"
)
REPO = re.compile(r"https://github\.com/eventdemo/eventdemo/blob/main/(?P<path>[\w./@-]+)(?:#(?P<test>\w+))?")
FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
LANGUAGES = {".py": "python", ".js": "js", ".mjs": "js", ".cjs": "js", ".ts": "ts", ".json": "json", ".toml": "toml"}
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
FIRST_LINES = 400
"""The site shows this many lines of a long file, such as recorded outputs."""


class Proofs:
    """The files that pages name, and the pages of those files."""

    def __init__(self) -> None:
        self._named: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def note(self, markdown: str, here: str) -> None:
        """Record each file that a page names."""
        prose = without_fences(markdown)
        for match in (*CODE.finditer(prose), *REPO.finditer(markdown)):
            if (ROOT / match["path"]).is_file():
                self._named[match["path"]][here] = _title(prose)

    def pages(self) -> Iterator[Page]:
        """Yield a page for each recorded file."""
        for path, pages in sorted(self._named.items()):
            yield Page(address(path), text_of(path, pages))

    def linked(self, markdown: str, here: str) -> str:
        """Replace names of files by links, except in fenced blocks."""
        if here.startswith("proofs/"):
            return markdown
        parts = re.split(r"(^`{3,}.*?^`{3,}$)", markdown, flags=re.MULTILINE | re.DOTALL)
        return "".join(part if part.startswith("```") else self._with_links(part, here) for part in parts)

    def _with_links(self, text: str, here: str) -> str:
        def link(match: re.Match[str]) -> str:
            return f"[{_label(match)}]({self._from(here, match)})" if match["path"] in self._named else match[0]

        def moved(match: re.Match[str]) -> str:
            return self._from(here, match) if match["path"] in self._named else match[0]

        return REPO.sub(moved, CODE.sub(link, text))

    def _from(self, here: str, match: re.Match[str]) -> str:
        anchor = f"#{match['test']}" if match["test"] in tests_of(match["path"]) else ""
        return os.path.relpath(address(match["path"]), Path(here).parent) + anchor


def _label(match: re.Match[str]) -> str:
    """Return the text of a link: the file's name, or the test's name as a sentence."""
    if match["test"] is None:
        return match[0]
    case = f" ({match['case']})" if match["case"] else ""
    return match["test"].removeprefix("test_").replace("_", " ") + case


def _title(markdown: str) -> str:
    found = TITLE.search(markdown)
    assert found is not None
    return found[1]


def without_fences(markdown: str) -> str:
    return FENCE.sub("", markdown)


def address(path: str) -> str:
    """Return the path of a file's page: `proofs/tests/bus/test_order.py.md`."""
    return f"proofs/{path}.md"


@cache
def tests_of(path: str) -> frozenset[str]:
    """Return the names of the tests in a file, which are the anchors of its page."""
    if not path.endswith(".py") or not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def text_of(path: str, pages: dict[str, str]) -> str:
    """Return the page of a file, which `pages` name; a Python file has an anchor for each function and class."""
    source = (ROOT / path).read_text("utf-8")
    parts = "\n".join(_parts(path, source))
    breaking = re.sub(r"(?<=[/_])", "<wbr>", path)
    back = ", ".join(f"[{title}]({os.path.relpath(page, Path(address(path)).parent)})" for page, title in pages.items())
    head = f"# <code>{breaking}</code>\n\nA file of the repo. You find what it shows on the pages that name it: {back}."
    return f"---\nsearch:\n  exclude: true\nhide:\n  - toc\n---\n\n{head}\n\n{parts}"


def _parts(path: str, source: str) -> Iterator[str]:
    suffix = "." + path.rpartition(".")[2]
    lines = source.splitlines()
    if suffix != ".py":
        if len(lines) > FIRST_LINES:
            yield f"The first {FIRST_LINES} of {len(lines):,} lines.\n"
        yield fenced(LANGUAGES.get(suffix, "text"), "\n".join(lines[:FIRST_LINES]))
        return
    begun = 0
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            if before := "\n".join(lines[begun:first]).strip("\n"):
                yield fenced("python", before)
            yield f'<span id="{node.name}"></span>\n'
            yield fenced("python", "\n".join(lines[first : node.end_lineno]))
            begun = node.end_lineno or begun
    if rest := "\n".join(lines[begun:]).strip("\n"):
        yield fenced("python", rest)
