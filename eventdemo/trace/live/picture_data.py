"""What the script draws: the same scenes as the static picture's, for each subject to choose and each width.

Layout happens here and nowhere else, so the two forms cannot drift apart.
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
    """Lay out what the script shows first, `subject` ("" is everyone), and `others` that can be chosen instead.

    Left out, the subject is the one whose story tells most.
    """
    traces = [source for source in sources if isinstance(source, Trace)]
    whom = (representative_subject(traces) if subject is None else subject) if traces else ""
    laid_out = {
        name: [drawing(_cut(sources, name), theme="page", width=width, title=title).data() for width in widths]
        for name in dict.fromkeys([whom, *others])
    }
    return {
        "subject": whom,
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
