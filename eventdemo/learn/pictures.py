"""Pictures in a notebook: interactive if widgets work, and always an SVG that any page can show.

Widgets need a kernel: a stored notebook shows text and SVG only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from eventdemo.trace import svg, text
from eventdemo.trace.excerpt import Cut, Excerpt, as_excerpt, compared
from eventdemo.trace.record import Trace


@dataclass(frozen=True, slots=True)
class Picture:
    """The timelines of several runs, below each other on one scale."""

    shown: Sequence[Trace | Excerpt]
    cut: Cut = as_excerpt

    def excerpts(self) -> list[Excerpt]:
        return [self.cut(run, "") for run in self.shown]

    def __repr__(self) -> str:
        return text.draw(self.excerpts())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"image/svg+xml": svg.draw(self.excerpts()), "text/plain": repr(self)}, self)


def picture(
    *runs: Trace | Excerpt, subject: str = "", to_scale: bool = False, expected: Trace | None = None
) -> Picture:
    """Draw runs below each other: their first emits, or everything about one `subject`, such as `user 7`.

    With `to_scale`, the same distance is the same time everywhere. The outlines of the `expected` run show what would
    have happened otherwise: without the kill, or under another strategy. Runs that differ only in seeds show them.
    """
    traces = [run for run in runs if isinstance(run, Trace)]

    def cut(run: Trace | Excerpt, other_subject: str) -> Excerpt:
        about = subject or other_subject
        if isinstance(run, Trace) and expected is not None and run is not expected:
            excerpt = compared(run, expected, about, _difference(run, expected))
        else:
            excerpt = as_excerpt(run, about)
        if isinstance(run, Trace) and any(run.label == one.label and run.seed != one.seed for one in traces):
            excerpt = replace(excerpt, label=f"{excerpt.label}, seed {run.seed}")
        return replace(excerpt, scale=0.0) if to_scale else excerpt

    return Picture([cut(run, subject) if subject else run for run in runs], cut)


def _difference(run: Trace, expected: Trace) -> str:
    """Return how another run differs from this one."""
    if run.conditions.can_die and not expected.conditions.can_die:
        return "without the kill"
    return f"if {expected.label}" if expected.variant else f"with {expected.label}"


def display_words_and_picture(words: object, runs: Sequence[Trace | Excerpt]) -> None:
    """Display words and a picture as two outputs, because a page shows only the picture of a single one."""
    from IPython.display import display

    display(words)  # type: ignore[no-untyped-call]
    if runs:
        display(Picture(runs))  # type: ignore[no-untyped-call]


def with_widget(shown: dict[str, Any], thing: object) -> dict[str, Any]:
    """Return the MIME bundle of a thing, with its widget if widgets work here; the notebook then shows the widget."""
    if not _live():
        return shown
    from eventdemo.learn.widgets import view_of, widget_of

    return shown | view_of(widget_of(thing))


class WithWidget:
    """Shows its widget in a notebook, and elsewhere its text."""

    __slots__ = ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"text/plain": repr(self)}, self)


def _live() -> bool:
    """Return whether widgets are installed and a notebook's kernel runs this code."""
    if any(find_spec(name) is None for name in ("IPython", "anywidget", "ipywidgets")):
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
