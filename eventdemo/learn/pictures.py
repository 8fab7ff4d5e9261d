"""Pictures in a notebook: interactive if widgets work, and always an SVG that any page can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventdemo.learn.kernel import with_widget
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
        return with_widget({"image/svg+xml": svg.draw(self.shown), "text/plain": repr(self)}, self._widget)

    def _widget(self) -> dict[str, Any]:
        from eventdemo.learn.widgets import timeline, view_of

        return view_of(timeline(self.shown))


def picture(*runs: Trace | Excerpt, subject: str = "") -> Picture:
    """Draw runs below each other: their first emits, or everything about one `subject`, such as `user 7`."""
    return Picture([about(run, subject) if subject and isinstance(run, Trace) else run for run in runs])


def display_words_and_picture(words: str, runs: Sequence[Trace | Excerpt]) -> None:
    """Display words and a picture as two outputs, because a page shows only the picture of a single one."""
    from IPython.display import display

    display({"text/plain": words}, raw=True)  # type: ignore[no-untyped-call]
    if runs:
        display(Picture(runs))  # type: ignore[no-untyped-call]
