"""The sign at the end of a bar: a shape for the verdict and a letter for the fate, so that colour is optional."""

from eventdemo.core.fates import Fate
from eventdemo.trace.svg.elements import Element, box, element, words
from eventdemo.trace.svg.theme import Theme

RADIUS = 7.0


def glyph(x: float, y: float, fate: Fate, theme: Theme) -> list[Element]:
    """Draw a fate's sign, centred: a circle is ok, a diamond failed, a cross lost, a square extra."""
    colour = theme.of(fate)
    if fate.verdict == "lost":
        return _cross(x, y, colour, theme.card)
    shape = {"ok": _circle, "failed": _diamond, "extra": _square}[fate.verdict](x, y, colour, theme.card)
    return shape + (_tick(x, y, theme.card) if fate is Fate.DONE else _letter(x, y, fate.letter, theme.card))


def _circle(x: float, y: float, colour: str, card: str) -> list[Element]:
    return [element("circle", cx=x, cy=y, r=RADIUS, fill=colour, stroke=card, stroke_width=1.5)]


def _diamond(x: float, y: float, colour: str, card: str) -> list[Element]:
    r = RADIUS + 2
    corners = f"{x - r:.1f},{y:.1f} {x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f}"
    return [element("polygon", points=corners, fill=colour, stroke=card, stroke_width=1.5)]


def _square(x: float, y: float, colour: str, card: str) -> list[Element]:
    side = 2 * RADIUS - 1
    return [box(x - side / 2, y - side / 2, side, side, fill=colour, stroke=card, stroke_width=1.5)]


def _cross(x: float, y: float, colour: str, card: str) -> list[Element]:
    r = RADIUS - 2
    path = f"M{x - r:.1f} {y - r:.1f}L{x + r:.1f} {y + r:.1f}M{x + r:.1f} {y - r:.1f}L{x - r:.1f} {y + r:.1f}"
    halo = element("path", d=path, stroke=card, stroke_width=6, stroke_linecap="round", fill="none")
    return [halo, element("path", d=path, stroke=colour, stroke_width=3, stroke_linecap="round", fill="none")]


def _tick(x: float, y: float, card: str) -> list[Element]:
    path = f"M{x - 3.2:.1f} {y + 0.2:.1f}l2.2 2.4l4.2 -5"
    return [element("path", d=path, stroke=card, stroke_width=1.8, fill="none", stroke_linecap="round")]


def _letter(x: float, y: float, letter: str, card: str) -> list[Element]:
    return [words(x, y + 3.3, letter, size=9.5, fill=card, text_anchor="middle", font_weight=700)]
