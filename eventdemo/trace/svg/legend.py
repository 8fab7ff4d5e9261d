"""The key inside the picture: what the bars mean, and how often each fate occurs, by verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eventdemo.core.fates import Fate
from eventdemo.trace.layout import Layout
from eventdemo.trace.segments import Activity
from eventdemo.trace.svg.elements import Element, box, element, line, words
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.glyphs import glyph, outline_style, swatch
from eventdemo.trace.svg.text_metrics import text_width

_LINE, _WIDE, _SIZE = 23, 22, 12


@dataclass(frozen=True)
class LegendEntry:
    """A sign and its meaning; without a sign, the name of a verdict before its fates."""

    sign: Activity | Fate | Literal["stall", "death", "outline"] | None
    before: str
    fates: Sequence[Fate] = ()
    """The fates counted between `before` and `after`."""
    number: str = ""
    after: str = ""

    @property
    def indent(self) -> int:
        return (22 if isinstance(self.sign, Fate) else _WIDE + 8) if self.sign else 0

    @property
    def width(self) -> float:
        """The room that the entry needs, including the gap to the next one."""
        text, gap = f"{self.before}{self.number}{self.after}", 18 if self.sign else 8
        return self.indent + text_width(text, _SIZE, bold=not self.sign) + gap


def legend(frame: Frame, top: float) -> tuple[list[Element], float]:
    """Draw the key, starting at `top`; return it and its bottom."""
    drawn: list[Element] = []
    for entries in (list(_bars(frame.layout)), list(_fates(frame.layout))):
        block, top = _flowed(entries, frame, top)
        drawn += block
    return drawn, top


def _bars(layout: Layout) -> Iterator[LegendEntry]:
    activities = layout.activities()
    yield from (LegendEntry(activity, activity.value) for activity in activities)
    if Activity.RUNNING not in activities and any(panel.stalls for panel in layout.panels):
        yield LegendEntry("stall", "event loop blocked")
    if layout.has_outages():
        yield LegendEntry("death", "the instance is dead")
    if outlined := layout.outlined():
        yield LegendEntry("outline", outlined)


def _fates(layout: Layout) -> Iterator[LegendEntry]:
    shown = layout.fates()
    for verdict in dict.fromkeys(fate.verdict for fate in shown):
        fates = [fate for fate in shown if fate.verdict == verdict]
        if len(fates) > 1:
            yield LegendEntry(None, f"{verdict} ", fates, f"{sum(map(shown.__getitem__, fates)):,}", ":")
        for fate in fates:
            before, after = f"{fate.value} ", ""
            if verdict == "lost":
                name = f"{fate.value} ({fate.letter})"
                before, after = (f"{name} ", "") if len(fates) > 1 else ("lost ", f" · {name}")
            yield LegendEntry(fate, before, [fate], f"{shown[fate]:,}", after)


def _flowed(entries: list[LegendEntry], frame: Frame, top: float) -> tuple[list[Element], float]:
    """Flow entries like the words of a paragraph; a verdict stays with its first fate."""
    x, y = float(frame.pad), top + _LINE / 2
    drawn: list[Element] = []
    for index, entry in enumerate(entries):
        needs = entry.width + (entries[index + 1].width if entry.sign is None else 0)
        if x > frame.pad and x + needs > frame.width - frame.pad + 18:
            x, y = float(frame.pad), y + _LINE
        drawn += [*_sign(entry, x, y, frame), _text(entry, x + entry.indent, y + 4, frame)]
        x += entry.width
    return drawn, y + _LINE / 2 if entries else top


def _text(entry: LegendEntry, x: float, y: float, frame: Frame) -> Element:
    ink = frame.theme.ink
    if not entry.fates:
        return words(x, y, entry.before, size=_SIZE, fill=ink)
    named = " ".join(fate.value for fate in entry.fates)
    number = element("tspan", entry.number, data_fates=named, font_weight=700)
    weight = 400 if entry.sign else 700
    return element("text", entry.before, number, entry.after, x=x, y=y, font_size=_SIZE, fill=ink, font_weight=weight)


def _sign(entry: LegendEntry, x: float, y: float, frame: Frame) -> list[Element]:
    sign, theme, height = entry.sign, frame.theme, frame.bar_height
    if isinstance(sign, Fate):
        return glyph(x + 8, y, sign, theme)
    if sign == "death":
        lines = [line(x, y + down, x + _WIDE, y + down, theme.dead_line) for down in (-5, 0, 5)]
        edge = line(x, y - 8, x, y + 8, theme.lost, stroke_width=2)
        return [box(x, y - 8, _WIDE, 16, fill=theme.dead), *lines, edge]
    if sign == "outline":
        return [box(x, y - height / 2, _WIDE, height, rx=3, **outline_style(theme))]
    ground = [box(x, y - 9, _WIDE, 18, fill=theme.stall)] if sign in {"stall", Activity.RUNNING} else []
    if not isinstance(sign, Activity):
        return ground
    inset, height = (5, 10) if ground else (0, height)
    return [*ground, *swatch(sign, x + inset, y, width=_WIDE - 2 * inset, height=height, theme=theme)]
