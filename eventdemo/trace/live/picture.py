"""The script of a page, and the data that it draws: the static picture, for each selectable subject and each width.

Only Python lays pictures out, so the static and the interactive picture cannot diverge.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventdemo.trace.excerpt import Excerpt, as_excerpt, representative_subject
from eventdemo.trace.record import Trace
from eventdemo.trace.svg import drawing
from eventdemo.trace.svg.theme import DARK, LIGHT, colours

WIDTHS = (366, 900)
_HERE = Path(__file__).parent
SCRIPTS = (_HERE / "timeline.js", _HERE / "element.js")
"""The files that a site serves from one folder: the module that draws, and `<event-timeline>`."""
_START = """
for (const el of document.querySelectorAll("[data-timeline]"))
  render({ model: still(JSON.parse(el.querySelector("script").textContent)), el });
"""


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
    laid_out = {}
    for name in dict.fromkeys([shown, *others]):
        cut = [as_excerpt(source, name) for source in sources]
        laid_out[name] = [drawing(cut, theme="page", width=width, title=title).data() for width in widths]
    return {
        "subject": shown,
        "subjects": list(laid_out),
        "drawings": laid_out,
        "colours": {"light": colours(LIGHT), "dark": colours(DARK)},
    }


def source() -> str:
    """Return the JavaScript module that draws."""
    return SCRIPTS[0].read_text("utf-8")


def module() -> str:
    """Return the script of a self-contained page: the module, and a call for every `embedded` picture."""
    return f'<script type="module">\n{source()}{_START}</script>'


def embedded(picture: dict[str, Any], static: str) -> str:
    """Return the place of a picture: the data that `module` draws, and the static picture where no script runs."""
    # Only `</` and `<!--` could end a script; JSON escapes keep their meaning.
    data = json.dumps(picture, separators=(",", ":")).replace("<", "\\u003c")
    return f'<div data-timeline="">{static}<script type="application/json">{data}</script></div>'
