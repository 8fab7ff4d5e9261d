"""The timeline as a widget: `Timeline(trace)` in the last line of a cell shows it."""

from typing import Any

import anywidget
import traitlets

from eventdemo.trace import svg, text
from eventdemo.trace.excerpt import Cut, Excerpt, as_excerpt, representative_subject, subjects
from eventdemo.trace.live import BESIDE_CODE, picture_data, source
from eventdemo.trace.record import Trace

MAX_SUBJECTS = 40
"""How many subjects the menu offers."""


class Timeline(anywidget.AnyWidget):
    """Traces or excerpts below each other on one scale; hover over a mark to see its causes and effects.

    A saved notebook also holds the static picture, for viewers that run no widgets.
    """

    _esm = source()
    picture = traitlets.Dict().tag(sync=True)
    subject = traitlets.Unicode().tag(sync=True)
    """The subject that the picture follows, such as `user 7`, or "" for all; set it, or let the reader choose."""

    def __init__(
        self, *sources: Trace | Excerpt, subject: str | None = None, title: str = "", cut: Cut = as_excerpt
    ) -> None:
        self._sources, self._cut = sources, cut
        self._title = title
        traces = [source for source in sources if isinstance(source, Trace)]
        shown = subject if subject is not None else representative_subject(traces)
        super().__init__(subject=shown, picture=self._laid_out(shown))

    def show(self, *sources: Trace | Excerpt) -> None:
        """Draw other traces instead, for example after a slider has moved."""
        self._sources = sources
        self.picture = self._laid_out(self.subject)

    def _laid_out(self, subject: str) -> dict[str, Any]:
        known = dict.fromkeys(name for one in self._sources if isinstance(one, Trace) for name in subjects(one))
        picture = picture_data(
            self._sources, subject=subject, beside_code=BESIDE_CODE, title=self._title, cut=self._cut
        )
        return {**picture, "subjects": ["", *known][: MAX_SUBJECTS + 1]}

    @traitlets.observe("subject")
    def _follow(self, change: Any) -> None:
        if self.picture and self.picture["subject"] != change.new:
            self.picture = self._laid_out(change.new)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget, with its picture and its text for viewers that cannot run it."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        shown = [self._cut(one, self.subject) for one in self._sources]
        drawn = {"image/svg+xml": svg.draw(shown, title=self._title), "text/plain": text.draw(shown)}
        return bundle | drawn, metadata
