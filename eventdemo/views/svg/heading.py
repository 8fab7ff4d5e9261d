"""A panel's first line: the strategy, what it came to, and how its deliveries ended."""

from collections.abc import Iterator, Mapping

from eventdemo.fates import Fate
from eventdemo.views.svg.elements import Element, line, text_width, words
from eventdemo.views.svg.frame import Frame
from eventdemo.views.svg.glyphs import RADIUS, glyph
from eventdemo.views.timeline import Panel
from eventdemo.views.wording import clipped


def heading(panel: Panel, frame: Frame) -> tuple[list[Element], float]:
    """Draw the heading; return it and where it ends."""
    theme, y = frame.theme, 20.0
    rule = line(frame.pad, 0, frame.width - frame.pad, 0, theme.edge, stroke_width=1)
    tally, free = _tally(panel, frame, y)
    name = clipped(panel.excerpt.label, int((free - frame.pad) / 10))
    title = words(frame.pad, y, name, size=16, fill=theme.ink, font_weight=700)
    x, under = (frame.pad, y + 18) if frame.narrow else (max(frame.left, frame.pad + text_width(name, 18) + 16), y)
    size = 11 if frame.narrow else 12
    said = clipped(panel.summary(), int(((frame.width if frame.narrow else free) - x) / (size / 2)))
    return [rule, title, words(x, under, said, size=size, fill=theme.muted), *tally], under + 12


def _tally(panel: Panel, frame: Frame, y: float) -> tuple[list[Element], float]:
    """Draw how the deliveries of this panel ended, from the right edge leftwards; return it and where it begins."""
    x, ink = float(frame.width - frame.pad), frame.theme.ink
    fates = panel.excerpt.fates()
    if len(fates) > (3 if frame.narrow else 5):
        said = " · ".join(f"{verdict} {number}" for verdict, number in _by_verdict(fates))
        told = words(x, y, said, size=12, fill=ink, font_weight=600, text_anchor="end")
        return [told], x - text_width(said, 12.5)
    drawn: list[Element] = []
    for fate, number in reversed(fates.items()):
        said = str(number)
        drawn.append(words(x, y, said, size=13, fill=ink, font_weight=600, text_anchor="end"))
        x -= text_width(said, 14) + RADIUS + 4
        drawn += glyph(x, y - 4.5, fate, frame.theme)
        x -= RADIUS + 12
    return drawn, x


def _by_verdict(fates: Mapping[Fate, int]) -> Iterator[tuple[str, int]]:
    for verdict in dict.fromkeys(fate.verdict for fate in fates):
        yield verdict, sum(number for fate, number in fates.items() if fate.verdict == verdict)
