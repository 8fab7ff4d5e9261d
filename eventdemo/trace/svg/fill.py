"""The fill of a bar's segments: hollow while due, hatched while waiting, solid while running."""

from eventdemo.trace.segments import Activity
from eventdemo.trace.svg.elements import Element, box, element, number
from eventdemo.trace.svg.theme import Theme

LEAST = 4.0
"""The width of a segment that took no time."""


def filled(
    activity: Activity, x: float, y: float, size: tuple[float, float], *, colour: str, card: str
) -> list[Element]:
    """Fill a segment whose left end is at `x` and whose middle is at `y`."""
    width, height = size
    top = y - height / 2
    if activity is Activity.DUE:
        return [box(x + 0.6, top + 0.6, width - 1.2, height - 1.2, fill=card, stroke=colour, stroke_width=1.2)]
    if activity is Activity.RUNNING:
        return [box(x, top, width, height, fill=colour), box(x, top, 1, height, fill=card, fill_opacity=0.6)]
    light = [box(x, top, width, height, fill=card), box(x, top, width, height, fill=colour, fill_opacity="0.16")]
    edge = box(x, top, min(2.5, width), height, fill=colour)  # its first lines ran here and took no time
    return [*light, _hatched(x, top, width, height, colour), edge]


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
