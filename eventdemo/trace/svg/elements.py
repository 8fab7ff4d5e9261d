"""SVG elements as data, made here and written by `markup`: the same tree goes to a file and to the script."""

from dataclasses import dataclass
from typing import Any

from eventdemo.trace.naming import one_line, shown

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

Value = str | float


class _Names(dict[str, str]):
    """How attributes are written; a picture has thousands, of two dozen names."""

    def __missing__(self, name: str) -> str:
        self[name] = name.replace("_", "-")
        return self[name]


_NAMES = _Names()


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag, its attributes as they are written, and what is inside, elements or text."""

    tag: str
    attributes: dict[str, str | int | float]
    inside: tuple["Element | str", ...]

    def data(self) -> list[Any]:
        """Return the element as a list that JSON can hold: tag, attributes, and what is inside."""
        return [self.tag, self.attributes, *(one if isinstance(one, str) else one.data() for one in self.inside)]


def element(tag: str, *inside: Element | str, **attributes: Value) -> Element:
    """Make one element; `stroke_width=2` becomes `stroke-width="2"`."""
    named = {_NAMES[name]: _settled(value) for name, value in attributes.items()}
    return Element(tag, named, tuple(shown(one) if isinstance(one, str) else one for one in inside))


def words(x: float, y: float, text: str, *, size: float, fill: str, mono: bool = False, **more: Value) -> Element:
    """Write a line of text with its baseline at `y`."""
    family = {"font_family": MONO} if mono else {}
    return element("text", text, x=x, y=y, **family, font_size=size, fill=fill, **more)


def haloed(
    x: float, y: float, text: str, *, size: float, fill: str, halo: str, mono: bool = False, **more: Value
) -> Element:
    """Write a line of text that stays readable where an arrow passes behind it."""
    return words(x, y, text, size=size, fill=fill, mono=mono, stroke=halo, stroke_width=3, paint_order="stroke", **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: Value) -> Element:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def box(x: float, y: float, width: float, height: float, **more: Value) -> Element:
    """Draw a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, **more)


def mark(label: str, *inside: Element, **more: Value) -> Element:
    """Group what belongs to one mark, with its label for a pointer that rests on it and for a screen reader."""
    return element("g", element("title", label), *inside, role="img", aria_label=label, **more)


def moved(y: float, *inside: Element, **more: Value) -> Element:
    """Group what stands `y` further down."""
    return element("g", *inside, transform=f"translate(0 {number(y)})", **more)


def number(value: float) -> int | float:
    """Return a coordinate as it is written: with one decimal, or none."""
    rounded = round(value, 1)
    whole = int(rounded)
    return whole if whole == rounded else rounded


def _settled(value: Value) -> str | int | float:
    if type(value) is int:
        return value
    return one_line(value) if isinstance(value, str) else number(value)
