"""The script of a page, and the data that it draws: the static picture, for each selectable subject and each width.

Only Python lays pictures out, so the static and the interactive picture cannot diverge.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventdemo.trace.excerpt import Cut, Excerpt, as_excerpt, representative_subject
from eventdemo.trace.lines import Line
from eventdemo.trace.live.listing import Listing
from eventdemo.trace.record import Trace
from eventdemo.trace.svg import drawing
from eventdemo.trace.svg.theme import DARK, LIGHT, colours

WIDTHS = (366, 900)
BESIDE_CODE = (366, 580)
"""The widths of a picture that leaves room for its code at its side, in a notebook's output."""
_HERE = Path(__file__).parent
MODULES = tuple(_HERE / f"{name}.js" for name in ("code", "drawing", "style", "timeline"))
"""The module that draws, after those that it imports."""
SCRIPTS = (*MODULES, _HERE / "element.js")
"""The files that a site serves from one folder: the modules that draw, and `<event-timeline>`."""
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
    beside_code: Sequence[int] = (),
    title: str = "",
    also: Sequence[Line | None] = (),
    cut: Cut = as_excerpt,
) -> dict[str, Any]:
    """Lay out the picture of `subject` ("" is all), and of `others` that the reader can select instead.

    Without a subject, the most representative one comes first. The code beside the picture contains the lines at which
    its marks stand, and those that `also` names. If there is code, the widths are those of `beside_code`, if given.
    """
    traces = [source for source in sources if isinstance(source, Trace)]
    shown = (representative_subject(traces) if subject is None else subject) if traces else ""
    cuts = {name: [cut(source, name) for source in sources] for name in dict.fromkeys([shown, *others])}
    spans = (span for excerpts in cuts.values() for excerpt in excerpts for span in excerpt.spans)
    code = Listing([*(line for span in spans for line in span.lines), *filter(None, also)])
    functions = code.data()
    drawn = beside_code if functions and beside_code else widths
    return {
        "subject": shown,
        "subjects": list(cuts),
        "drawings": {
            name: [drawing(excerpts, theme="page", width=width, title=title) for width in drawn]
            for name, excerpts in cuts.items()
        },
        "code": functions,
        "also": [code.row(line) for line in also],
        "marks": {name: code.marks(excerpts) for name, excerpts in cuts.items()},
        "colours": {"light": colours(LIGHT), "dark": colours(DARK)},
    }


def source() -> str:
    """Return the JavaScript that draws as one module, which imports nothing."""
    lines = (line for path in MODULES for line in path.read_text("utf-8").splitlines(keepends=True))
    return "".join(line for line in lines if not line.startswith("import "))


def module() -> str:
    """Return the script of a self-contained page: the module, and a call for every `embedded` picture."""
    return f'<script type="module">\n{source()}{_START}</script>'


def embedded(picture: dict[str, Any], static: str) -> str:
    """Return the place of a picture: the data that `module` draws, and the static picture where no script runs."""
    # Only `</` and `<!--` could end a script; JSON escapes keep their meaning.
    data = json.dumps(picture, separators=(",", ":")).replace("<", "\\u003c")
    return f'<div data-timeline="">{static}<script type="application/json">{data}</script></div>'
