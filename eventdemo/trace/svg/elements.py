"""SVG elements as data. `markup` writes them to a file, and the script of a page gets the same tree.

In Python, all texts and attributes of a picture are escaped here and nowhere else.
"""

from functools import cache
from xml.sax.saxutils import escape

from eventdemo.trace.naming import one_line, printable

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

Value = str | float
Element = tuple[str, dict[str, Value], *tuple["Element | str", ...]]
"""One element: its tag, its attributes, and the elements or texts inside."""


def element(tag: str, *inside: Element | str, **attributes: Value) -> Element:
    """Create one element; `stroke_width=2` becomes `stroke-width="2"`."""
    named = {_svg_name(name): _attribute(value) for name, value in attributes.items()}
    return (tag, named, *(printable(one) if isinstance(one, str) else one for one in inside))


@cache  # a picture has thousands of attributes but two dozen names
def _svg_name(name: str) -> str:
    return name.replace("_", "-")


def words(
    x: float, y: float, text: str, *, size: float, fill: str, mono: bool = False, halo: str = "", **more: Value
) -> Element:
    """Create a line of text with its baseline at `y`; with a `halo` it stays readable in front of an arrow."""
    family = {"font_family": MONO} if mono else {}
    around: dict[str, Value] = {"stroke": halo, "stroke_width": 3, "paint_order": "stroke"} if halo else {}
    return element("text", text, x=x, y=y, **family, font_size=size, fill=fill, **around, **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: Value) -> Element:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def box(x: float, y: float, width: float, height: float, **more: Value) -> Element:
    return element("rect", x=x, y=y, width=width, height=height, **more)


def mark(label: str, *inside: Element, **more: Value) -> Element:
    """Group the elements of one mark, with a label for tooltips and screen readers."""
    return element("g", element("title", label), *inside, role="img", aria_label=label, **more)


def number(value: float) -> int | float:
    """Round a coordinate to at most one decimal."""
    rounded = round(value, 1)
    whole = int(rounded)
    return whole if whole == rounded else rounded


def _attribute(value: Value) -> Value:
    if type(value) is int:
        return value
    return one_line(value) if isinstance(value, str) else number(value)


def markup(node: Element | str) -> str:
    """Return the markup of an element and everything inside it, or of a text."""
    if isinstance(node, str):
        return _safe(node)
    tag, attributes, *inside = node
    named = "".join(f' {name}="{_safe(str(value))}"' for name, value in attributes.items())
    content = "".join(map(markup, inside))
    return f"<{tag}{named}>{content}</{tag}>" if content else f"<{tag}{named}/>"


def escaped(text: str) -> str:
    """Return `text` on one line, safe in content and in a quoted attribute."""
    return _safe(one_line(text))


def _safe(text: str) -> str:
    return escape(text, {'"': "&quot;", "'": "&#39;"})
