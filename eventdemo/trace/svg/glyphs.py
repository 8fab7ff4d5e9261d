"""The fill of a bar, and the sign at its end: a shape for the verdict and a letter for the fate.

Fills and signs differ without their colours.
"""

from eventdemo.core.fates import Fate
from eventdemo.trace.segments import Activity
from eventdemo.trace.svg.elements import Element, Value, box, element, number, words
from eventdemo.trace.svg.theme import Theme

RADIUS = 7.0


def glyph(x: float, y: float, fate: Fate, theme: Theme) -> list[Element]:
    """Draw a fate's sign, centred: a circle is ok, a diamond failed, a cross lost, a square extra."""
    colour, card = theme.of(fate), theme.card
    if fate.verdict == "lost":
        r = RADIUS - 2
        path = f"M{x - r:.1f} {y - r:.1f}L{x + r:.1f} {y + r:.1f}M{x + r:.1f} {y - r:.1f}L{x - r:.1f} {y + r:.1f}"
        strokes = ((card, 6), (colour, 3))  # the halo, then the cross
        return [
            element("path", d=path, stroke=stroke, stroke_width=width, stroke_linecap="round", fill="none")
            for stroke, width in strokes
        ]
    shape = _shape(fate.verdict, x, y, fill=colour, stroke=card, stroke_width=1.5)
    if fate is Fate.DONE:
        path = f"M{x - 3.2:.1f} {y + 0.2:.1f}l2.2 2.4l4.2 -5"
        return [shape, element("path", d=path, stroke=card, stroke_width=1.8, fill="none", stroke_linecap="round")]
    return [shape, words(x, y + 3.3, fate.letter, size=9.5, fill=card, text_anchor="middle", font_weight=700)]


def _shape(verdict: str, x: float, y: float, **style: Value) -> Element:
    if verdict == "ok":
        return element("circle", cx=x, cy=y, r=RADIUS, **style)
    if verdict == "extra":
        side = 2 * RADIUS - 1
        return box(x - side / 2, y - side / 2, side, side, **style)
    r = RADIUS + 2
    corners = f"{x - r:.1f},{y:.1f} {x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f}"
    return element("polygon", points=corners, **style)


def filled(
    activity: Activity, x: float, y: float, size: tuple[float, float], *, colour: str, card: str
) -> list[Element]:
    """Fill a segment whose left end is at `x` and whose middle is at `y`: hollow, hatched or solid."""
    width, height = size
    top = y - height / 2
    if activity is Activity.DUE:
        return [box(x + 0.6, top + 0.6, width - 1.2, height - 1.2, fill=card, stroke=colour, stroke_width=1.2)]
    if activity is Activity.RUNNING:
        return [box(x, top, width, height, fill=colour), box(x, top, 1, height, fill=card, fill_opacity=0.6)]
    light = [box(x, top, width, height, fill=card), box(x, top, width, height, fill=colour, fill_opacity="0.16")]
    edge = box(x, top, min(2.5, width), height, fill=colour)  # its first lines ran here and took no time
    return [*light, _hatched(x, top, width, height, colour), edge]


def outline_style(theme: Theme) -> dict[str, Value]:
    """Return the attributes of an outline: dashed, with the card showing through."""
    return {"fill": theme.muted, "fill_opacity": 0.08, "stroke": theme.muted, "stroke_dasharray": "4 3"}


def swatch(activity: Activity, x: float, y: float, *, width: float, height: float, theme: Theme) -> list[Element]:
    """Draw a sample segment for the key."""
    if activity is Activity.EMITTING:
        return [
            box(x, y - 3, width, 6, fill=theme.ink),
            box(x + width - 2, y - height / 2, 4, height, rx=1.5, fill=theme.ink),
        ]
    return filled(activity, x, y, (width, height), colour=theme.muted, card=theme.card)


def _hatched(x: float, top: float, width: float, height: float, colour: str) -> Element:
    """Draw diagonals, clipped to the rectangle by arithmetic."""
    strokes = []
    for step in range(4, int(width + height), 6):
        x1, y1 = (step, 0.0) if step <= width else (width, step - width)
        x2, y2 = (0.0, step) if step <= height else (step - height, height)
        strokes.append(f"M{number(x + x1)} {number(top + y1)}l{number(x2 - x1)} {number(y2 - y1)}")
    return element("path", d="".join(strokes), stroke=colour, stroke_opacity=0.5, fill="none")
