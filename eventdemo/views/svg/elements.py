"""SVG elements as strings. Every text and attribute is escaped here and nowhere else."""

from xml.sax.saxutils import escape

from eventdemo.views.wording import one_line

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

Value = str | float


def element(tag: str, *inside: str, **attributes: Value) -> str:
    """Write one element; `stroke_width=2` becomes `stroke-width="2"`. What is inside must be escaped already."""
    written = "".join(f' {name.replace("_", "-")}="{_value(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{written}/>"


def words(x: float, y: float, text: str, *, size: float, fill: str, mono: bool = False, **more: Value) -> str:
    """Write a line of text with its baseline at `y`."""
    family = MONO if mono else SANS
    return element("text", escaped(text), x=x, y=y, font_family=family, font_size=size, fill=fill, **more)


def haloed(
    x: float, y: float, text: str, *, size: float, fill: str, halo: str, mono: bool = False, **more: Value
) -> str:
    """Write a line of text that stays readable where an arrow passes behind it."""
    return words(x, y, text, size=size, fill=fill, mono=mono, stroke=halo, stroke_width=3, paint_order="stroke", **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: Value) -> str:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def box(x: float, y: float, width: float, height: float, **more: Value) -> str:
    """Draw a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, **more)


def mark(label: str, *inside: str, **more: Value) -> str:
    """Group what belongs to one mark, with its label for a pointer that rests on it and for a screen reader."""
    return element("g", element("title", escaped(label)), *inside, role="img", aria_label=label, **more)


def text_width(text: str, size: float, *, mono: bool = False) -> float:
    """Estimate how wide a line of text gets; the reader's font is unknown, so rather too wide."""
    return len(text) * size * (0.61 if mono else 0.53)


def escaped(text: str) -> str:
    """Return `text` on one line, safe in content and in a quoted attribute."""
    return escape(one_line(text), {'"': "&quot;", "'": "&#39;"})


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _value(value: Value) -> str:
    return escaped(value) if isinstance(value, str) else number(value)
