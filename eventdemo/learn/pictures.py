"""Pictures in a notebook: an SVG that any page can show, and below it nothing that would hide it."""

from collections.abc import Sequence
from typing import Any

from eventdemo.trace import Trace
from eventdemo.views import svg, text
from eventdemo.views.excerpt import Excerpt


class Picture:
    """The timelines of some runs, under each other on one scale."""

    def __init__(self, sources: Sequence[Trace | Excerpt]) -> None:
        self.sources = sources

    def __repr__(self) -> str:
        return text.draw(self.sources)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle(self.sources)


def picture(*sources: Trace | Excerpt) -> Picture:
    """Draw runs under each other; a notebook shows it."""
    return Picture(sources)


def bundle(sources: Sequence[Trace | Excerpt]) -> dict[str, Any]:
    """Return the picture of some runs in the formats that a notebook chooses from."""
    return {"image/svg+xml": svg.draw(sources), "text/plain": text.draw(sources)}


def display_words_and_picture(words: str, sources: Sequence[Trace | Excerpt]) -> None:
    """Display words and then a picture, as two outputs: a page that shows the picture would leave out its text."""
    from IPython.display import display

    display({"text/plain": words}, raw=True)  # type: ignore[no-untyped-call]
    if sources:
        display(bundle(sources), raw=True)  # type: ignore[no-untyped-call]
