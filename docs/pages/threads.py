"""The page of questions that are common in issue trackers, and what answers them here."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docs.pages.page import ROOT, Page
from eventdemo.simulate import PITFALLS

DATA = ROOT / "docs" / "data" / "threads.toml"
REPO = "https://github.com/eventdemo/eventdemo/blob/main/"
Ask = Mapping[str, Any]


def pages() -> Iterator[Page]:
    asks: Sequence[Ask] = tomllib.loads(DATA.read_text("utf-8"))["ask"]
    yield Page("threads.md", _page(asks))


def _page(asks: Sequence[Ask]) -> str:
    sections = "\n".join(map(_section, asks))
    return f"""# Questions from issue trackers

The same questions come up again and again in the trackers of emitters, schedulers and queues, and several threads are
closed as "by design". Here is each question, with a short answer and something that you can run.

{sections}
The threads were read as stored excerpts; their state may have changed since. If yours is missing, the list is
`docs/data/threads.toml`.
"""


def _section(ask: Ask) -> str:
    parts = [
        f"## {ask['question']}\n",
        f"{ask['answer']}\n",
        *_line("See it", map(_scenario, ask["scenarios"])),
        *_line("Verdicts", (f"[{name}](guarantees.md#{name})" for name in ask["guarantees"])),
        *_line("Proof", map(_proof, ask["tests"])),
        *_line("Asked in", map(_thread, ask["threads"])),
        *_line("You may have searched for", map(_searched, ask["words"])),
    ]
    return "\n".join(parts) + "\n"


def _line(label: str, links: Iterator[str]) -> Iterator[str]:
    if joined := ", ".join(links):
        yield f"- **{label}:** {joined}"


def _scenario(name: str) -> str:
    return f"[{name}]({'pitfalls' if name in PITFALLS else 'patterns'}/{name}.md)"


def _proof(test: str) -> str:
    """Return a link to a test, with its name as the text; `proofs` replaces the address by that of a page."""
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}]({REPO}{path}#{name})"


def _searched(words: str) -> str:
    """Return search words in italics; an asterisk in them is not the end of the italics."""
    return "*" + words.replace("*", r"\*") + "*"


def _thread(name: str) -> str:
    repository, _, number = name.partition("#")
    return f"[{name}](https://github.com/{repository}/issues/{number})"
