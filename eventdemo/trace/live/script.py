"""The script and its data, as parts of a page."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
SCRIPTS = (_HERE / "timeline.js", _HERE / "element.js")
"""The files that a site serves from one folder: the module that draws, and `<event-timeline>`."""
_START = """
for (const el of document.querySelectorAll("[data-timeline]"))
  render({ model: still(JSON.parse(el.querySelector("script").textContent)), el });
"""


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
