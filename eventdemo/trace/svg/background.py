"""What lies behind and beside the bars: names, lines, when the event loop was blocked, when an instance was dead."""

from collections.abc import Iterator, Sequence
from functools import partial

from eventdemo.trace.layout import Panel
from eventdemo.trace.naming import one_line, shortened
from eventdemo.trace.record import Outage
from eventdemo.trace.svg.elements import Element, box, element, line, mark, number, words
from eventdemo.trace.svg.frame import INDENT, LABEL, MIN_WIDTH, NOTE, Frame, Group, Placed
from eventdemo.trace.svg.text_metrics import WORD, fitting, text_width
from eventdemo.trace.units import duration, to_micros

NOTE_BELOW = 13.5
"""How far the note on what an emitter emits is below its name."""
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
        top = one.top + (one.above if one.frame.narrow else 0)
        if merged and top <= merged[-1][1]:
            top = merged.pop()[0]
        merged.append((top, one.bottom))
    return merged


def returns(placed: Sequence[Placed], frame: Frame) -> Iterator[Element]:
    """Draw a line where the only emit returned: everything to its right happened after that."""
    roots = [one.ends(bar) for one in placed if one.lane.is_root for bar in one.lane.bars]
    if len(roots) == 1:
        _, x = roots[0]
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


def title(group: Group, frame: Frame) -> Iterator[Element]:
    """Write an instance's name, and a bracket beside its lanes."""
    theme, name = frame.theme, fitting(f"instance {group.instance}", frame.width / 3, 11.5, bold=True)
    yield words(frame.pad, group.top + 15, name, size=11.5, fill=theme.muted, font_weight=700)
    x = frame.pad - 8
    yield line(x, group.top + 4, x, group.bottom - 4, theme.edge, stroke_width=2)


def lifelines(one: Placed, axis_end: float) -> Iterator[Element]:
    for row in range(one.lane.rows):
        yield line(one.frame.left, one.y(row), axis_end, one.y(row), one.frame.theme.grid)


def label(one: Placed) -> Iterator[Element]:
    """Write a lane's name, above its bars or beside them; an emitter in bold, with a note on what it emits."""
    lane, frame, theme = one.lane, one.frame, one.frame.theme
    indent = INDENT if lane.is_below and not frame.narrow else 0
    x = (frame.left if frame.narrow else frame.pad) + indent
    room = (frame.width - frame.pad if frame.narrow else frame.left - 22) - x
    emits = lane.kind == "emit"
    y = one.top + 13 if frame.narrow else one.y(0) + (-0.5 if emits else 4.2)
    name = shortened(lane.label, int(room / (LABEL * 0.61)))
    weight = 700 if emits else 400
    yield words(x, y, name, size=LABEL, mono=True, fill=theme.ink, halo=theme.card, font_weight=weight)
    if emits:
        note = fitting(f"emits {lane.note}", room, NOTE, mono=True)
        yield words(x, y + NOTE_BELOW, note, size=NOTE, mono=True, fill=theme.muted, halo=theme.card)
