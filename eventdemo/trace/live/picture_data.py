"""The data that the script draws: the drawings of the static picture, for each selectable subject and each width.

Only Python lays pictures out, so the static and the interactive picture cannot diverge.
"""

from collections.abc import Sequence
from typing import Any

from eventdemo.trace.excerpt import Excerpt, about, first, representative_subject
from eventdemo.trace.record import Trace
from eventdemo.trace.svg import drawing
from eventdemo.trace.svg.theme import DARK, LIGHT, colours

WIDTHS = (366, 900)


def picture_data(
    sources: Sequence[Trace | Excerpt],
    *,
    subject: str | None = None,
    others: Sequence[str] = (),
    widths: Sequence[int] = WIDTHS,
    title: str = "",
) -> dict[str, Any]:
    """Lay out the picture of `subject` ("" is all), and of `others` that the reader can select instead.

    Without a subject, the most representative one comes first.
    """
    traces = [source for source in sources if isinstance(source, Trace)]
    shown = (representative_subject(traces) if subject is None else subject) if traces else ""
    laid_out = {
        name: [drawing(_cut(sources, name), theme="page", width=width, title=title).data() for width in widths]
        for name in dict.fromkeys([shown, *others])
    }
    return {
        "subject": shown,
        "subjects": list(laid_out),
        "drawings": laid_out,
        "colours": {"light": colours(LIGHT), "dark": colours(DARK)},
    }


def _cut(sources: Sequence[Trace | Excerpt], subject: str) -> list[Excerpt]:
    return [_excerpt(source, subject) for source in sources]


def _excerpt(source: Trace | Excerpt, subject: str) -> Excerpt:
    if isinstance(source, Excerpt):
        return source
    return about(source, subject) if subject else first(source)
