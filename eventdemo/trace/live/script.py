"""The script and its data, for whoever sets them into a page."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
SCRIPTS = (_HERE / "timeline.js", _HERE / "element.js")
"""What a site serves beside each other: the module that draws, and `<event-timeline>`."""
_START = """
for (const el of document.querySelectorAll("[data-timeline]"))
  render({ model: still(JSON.parse(el.querySelector("script").textContent)), el });
"""


def source() -> str:
    """Return the text of the module that draws."""
    return SCRIPTS[0].read_text("utf-8")


def module() -> str:
    """Return the script of a page that stands alone: the module, and a start for everything `embedded`."""
    return f'<script type="module">\n{source()}{_START}</script>'


def embedded(picture: dict[str, Any], static: str) -> str:
    """Return a place for the picture: what `module` draws there, and the static one for where no script runs."""
    # Only `</` and `<!--` could end a script; as escapes they mean the same in JSON.
    data = json.dumps(picture, separators=(",", ":")).replace("<", "\\u003c")
    return f'<div data-timeline="">{static}<script type="application/json">{data}</script></div>'
