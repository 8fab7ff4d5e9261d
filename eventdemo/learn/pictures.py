"""Pictures in a notebook: interactive if widgets work, and always an SVG that any page can show.

Widgets need a kernel: a stored notebook shows text and SVG only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from eventdemo.trace import svg, text
from eventdemo.trace.excerpt import Excerpt, about
from eventdemo.trace.record import Trace


@dataclass(frozen=True, slots=True)
class Picture:
    """The timelines of several runs, below each other on one scale."""

    shown: Sequence[Trace | Excerpt]

    def __repr__(self) -> str:
        return text.draw(self.shown)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"image/svg+xml": svg.draw(self.shown), "text/plain": repr(self)}, self)


def picture(*runs: Trace | Excerpt, subject: str = "") -> Picture:
    """Draw runs below each other: their first emits, or everything about one `subject`, such as `user 7`."""
    return Picture([about(run, subject) if subject and isinstance(run, Trace) else run for run in runs])


def display_words_and_picture(words: str, runs: Sequence[Trace | Excerpt]) -> None:
    """Display words and a picture as two outputs, because a page shows only the picture of a single one."""
    from IPython.display import display

    display({"text/plain": words}, raw=True)  # type: ignore[no-untyped-call]
    if runs:
        display(Picture(runs))  # type: ignore[no-untyped-call]


def with_widget(shown: dict[str, Any], thing: object) -> dict[str, Any]:
    """Return the MIME bundle of a thing, with its widget if widgets work here; the notebook then shows the widget."""
    if not _live():
        return shown
    from eventdemo.learn.widgets import view_of, widget_of

    return shown | view_of(widget_of(thing))


def _live() -> bool:
    """Return whether widgets are installed and a notebook's kernel runs this code."""
    if any(find_spec(name) is None for name in ("IPython", "anywidget", "ipywidgets")):
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
