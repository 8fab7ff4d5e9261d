"""Elements as markup. In Python, all texts and attributes of a picture are escaped here and nowhere else."""

from xml.sax.saxutils import escape

from eventdemo.trace.naming import one_line
from eventdemo.trace.svg.elements import Element


def markup(node: Element | str) -> str:
    """Return the markup of an element and everything inside it, or of a text."""
    if isinstance(node, str):
        return _safe(node)
    named = "".join(f' {name}="{_safe(str(value))}"' for name, value in node.attributes.items())
    inside = "".join(map(markup, node.inside))
    return f"<{node.tag}{named}>{inside}</{node.tag}>" if inside else f"<{node.tag}{named}/>"


def escaped(text: str) -> str:
    """Return `text` on one line, safe in content and in a quoted attribute."""
    return _safe(one_line(text))


def _safe(text: str) -> str:
    return escape(text, {'"': "&quot;", "'": "&#39;"})
