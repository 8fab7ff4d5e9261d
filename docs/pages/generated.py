"""The generated pages, from their modules: `sources.py` writes them beside those that are written by hand."""

from collections.abc import Iterator

from docs.pages import notebooks, pitfalls, playground, scenarios, threads
from docs.pages.page import ROOT, Page
from eventdemo.trace.live import SCRIPTS


def generated() -> Iterator[Page]:
    """Yield every generated page and picture but the proofs, and the script that draws the pictures."""
    for script in SCRIPTS:
        yield Page(f"javascripts/{script.name}", script.read_text("utf-8"))
    yield from pitfalls.pages()  # first: `collected-task` collects garbage in every schedule
    yield from notebooks.pages()
    yield from playground.pages()
    yield from scenarios.pages()
    yield from threads.pages()
    yield Page("changelog.md", (ROOT / "CHANGELOG.md").read_text("utf-8"))
