"""The key, inside the picture: what the bars mean, and how often each fate occurs."""

from collections.abc import Iterator

from eventdemo.views.pieces import Doing
from eventdemo.views.svg.bars import swatch
from eventdemo.views.svg.elements import box, text_width, words
from eventdemo.views.svg.frame import Frame
from eventdemo.views.svg.glyphs import RADIUS, glyph
from eventdemo.views.timeline import Timeline
from eventdemo.views.units import count

_LINE = 22
_SIGN = 30


def legend(timeline: Timeline, frame: Frame, top: float) -> tuple[str, float]:
    """Draw the key from `top` on; return it and where it ends."""
    drawn = ""
    for items in (list(_bars(timeline)), list(_fates(timeline))):
        block, top = _flowed(items, frame, top)
        drawn += block
    return drawn, top


Item = tuple[object, str]


def _bars(timeline: Timeline) -> Iterator[Item]:
    yield from ((doing, doing.value) for doing in timeline.doings())
    if any(panel.stalls for panel in timeline.panels):
        yield "stall", "the loop stands still"


def _fates(timeline: Timeline) -> Iterator[Item]:
    for fate, number in timeline.fates().items():
        lost = fate.verdict == "lost"
        yield fate, f"lost {count(number)} · {fate.value} ({fate.letter})" if lost else f"{fate.value} {count(number)}"


def _flowed(items: list[Item], frame: Frame, top: float) -> tuple[str, float]:
    """Set items one after the other, like words of a paragraph."""
    x, y, drawn = float(frame.pad), top + _LINE / 2, ""
    for sign, said in items:
        width = _SIGN + text_width(said, 12) + 14
        if x > frame.pad and x + width > frame.width - frame.pad + 14:
            x, y = float(frame.pad), y + _LINE
        drawn += _sign(sign, x, y, frame) + words(x + _SIGN, y + 4, said, size=12, fill=frame.theme.ink)
        x += width
    return drawn, y + _LINE / 2 if items else top


def _sign(sign: object, x: float, y: float, frame: Frame) -> str:
    if isinstance(sign, Doing):
        return swatch(sign, x, y, width=22, frame=frame)
    if sign == "stall":
        return box(x, y - 8, 22, 16, fill=frame.theme.stall, stroke=frame.theme.edge, stroke_width=0.5)
    return glyph(x + 11 + RADIUS / 4, y, sign, frame.theme)  # type: ignore[arg-type]
