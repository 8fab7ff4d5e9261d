"""What lies behind the bars: when the event loop was blocked, when an instance was dead, where emit returned."""

from collections.abc import Iterator, Sequence
from functools import partial

from eventdemo.trace.layout import Panel
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Outage
from eventdemo.trace.svg.elements import Element, box, element, line, mark, number, words
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.glyphs import MIN_WIDTH
from eventdemo.trace.svg.rows import Group, Placed
from eventdemo.trace.svg.text_metrics import WORD, text_width
from eventdemo.trace.units import duration, to_micros

_RESTARTED = "restarted"


def stalls(panel: Panel, placed: Sequence[Placed], frame: Frame) -> Iterator[Element]:
    """Shade the intervals in which the event loop was blocked."""
    for start, end in panel.stalls:
        left = frame.x(start)
        width = max(MIN_WIDTH, frame.x(end) - left)
        label = f"The event loop was blocked for {duration((end - start) / 1e6)}."
        bands = (box(left, top, width, bottom - top, fill=frame.theme.stall) for top, bottom in _rows(placed))
        yield mark(label, *bands)


def _rows(placed: Sequence[Placed]) -> list[tuple[float, float]]:
    """Return top and bottom of each lane's bars, without the lines that hold labels; adjacent rows are merged."""
    merged: list[tuple[float, float]] = []
    for one in placed:
        top = one.top + (one.frame.above(one.lane) if one.frame.narrow else 0)
        if merged and top <= merged[-1][1]:
            top = merged.pop()[0]
        merged.append((top, one.bottom))
    return merged


def returns(placed: Sequence[Placed], frame: Frame) -> Iterator[Element]:
    """Draw a line where the only emit returned: everything to its right happened after that."""
    roots = [bar for one in placed if one.lane.is_root for bar in one.lane.bars]
    if len(roots) == 1:
        x = max(frame.x(roots[0].end), frame.x(roots[0].begin) + MIN_WIDTH)
        for top, bottom in _rows(placed):
            yield line(x, top, x, bottom, frame.theme.ink, stroke_width=1.2, stroke_dasharray="1 4")


def deaths(panel: Panel, groups: Sequence[Group], frame: Frame) -> Iterator[Element]:
    """Mark when an instance was dead, across its lanes."""
    for group in groups:
        for outage in panel.outages(group.instance):
            yield _death(outage, group, frame)


def _death(outage: Outage, group: Group, frame: Frame) -> Element:
    """Draw one outage; if it began before the first instant shown, it has no left edge."""
    left = frame.x(max(0, to_micros(outage.start)))
    right = frame.width - frame.pad if outage.end is None else max(left + MIN_WIDTH, frame.x(to_micros(outage.end)))
    top, bottom, theme = group.top + 19, group.bottom, frame.theme
    # The band is ruled finely, so that it can be seen without its shade.
    ruled = "".join(f"M{number(left)} {y}H{number(right)}" for y in range(int(top) + 3, int(bottom), 5))
    drawn = [
        box(left, top, right - left, bottom - top, fill=theme.dead),
        element("path", d=ruled, stroke=theme.dead_line, stroke_width=0.6, fill="none"),
    ]
    died, restarted = "had died before", ""
    if outage.start >= 0:
        died = f"died at {duration(outage.start)}"
        drawn.append(line(left, top, left, bottom, theme.lost, stroke_width=2))
    if outage.end is not None:
        restarted = f" and restarted at {duration(outage.end)}"
        drawn.append(line(right, top, right, bottom, theme.ink, stroke_width=1.2))
    labels = _labels(outage, left, right, group, frame)
    return mark(f"Instance {one_line(outage.instance)} {died}{restarted}.", *drawn, *labels)


def _labels(outage: Outage, left: float, right: float, group: Group, frame: Frame) -> Iterator[Element]:
    """Write above the band that the instance died and, if there is room, that it restarted."""
    write = partial(words, size=WORD, halo=frame.theme.card, font_weight=700)
    begins = max(left - 2, frame.pad + text_width(f"instance {group.instance}", WORD, bold=True) + 12)
    died, y = "died" if outage.start >= 0 else "dead", group.top + 15
    end = begins + text_width(died, WORD, bold=True)
    yield write(end, y, died, fill=frame.theme.lost, text_anchor="end")
    fits = right + text_width(_RESTARTED, WORD, bold=True) < frame.width - frame.pad
    if outage.end is not None and right - 2 > end + 8 and fits:
        yield write(right - 2, y, _RESTARTED, fill=frame.theme.ink)
