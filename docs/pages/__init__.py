"""The pages that nobody writes: made from modules, scenarios, tests and notebooks while the site is built."""

from collections.abc import Iterator

from docs.pages import notebooks, pitfalls, scenarios, threads
from docs.pages.page import Page


def generated() -> Iterator[Page]:
    """Yield every generated page and picture but the proofs."""
    yield from notebooks.pages()
    yield from pitfalls.pages()
    yield from scenarios.pages()
    yield from threads.pages()
