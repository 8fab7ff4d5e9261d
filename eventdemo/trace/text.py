"""The timeline as text of at most 100 columns, for terminals and for tests.

`●` emit and `┫` its return, `▸` due, `┄` not started, `░` waiting at an await, `█` running, then the fate's letter;
`✗` before it means lost.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from eventdemo.core.fates import Fate
from eventdemo.trace.axis import Axis
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.layout import Layout, Panel, on_one_axis, panels_of
from eventdemo.trace.naming import COLUMNS, clipped, shortened
from eventdemo.trace.record import Outage, Trace
from eventdemo.trace.segments import Activity
from eventdemo.trace.units import duration, instant, to_micros

_INK = {Activity.EMITTING: "━", Activity.DUE: "┄", Activity.WAITING: "░", Activity.RUNNING: "█"}
_KILLED, _DEAD, _BACK, _OUTLINE = "✗", "╌", "↻", "┈"
_MAX_LABEL, _WORDS = 30, 22
"""Columns for a lane's name, and for a label after the last mark."""


def draw(sources: Sequence[Trace | Excerpt], width: int = COLUMNS) -> str:
    """Draw traces or excerpts below each other on one scale, as lines of at most `width` columns."""
    panels = panels_of(sources)
    names = [lane.label for panel in panels for lane in panel.lanes]
    label = min(max(map(len, [*names, "event loop blocked"])) + 3, _MAX_LABEL)
    layout = on_one_axis(panels, max(2, width - label - _WORDS - 1))
    lines = [*_axis(layout, label, width), *_panels(layout, label, width), *_key(layout, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Line:
    """A line of text that can be written at any column."""

    def __init__(self, width: int) -> None:
        self._cells = [" "] * width

    def put(self, at: int, text: str) -> None:
        """Overwrite what is there, and ignore what would be outside the line."""
        for offset, char in enumerate(text):
            if 0 <= at + offset < len(self._cells):
                self._cells[at + offset] = char

    def free(self, at: int, text: str) -> bool:
        """Return whether there is room for `text`, with a blank on either side."""
        after = self._cells[max(0, at - 1) : at + len(text) + 1]
        return at + len(text) <= len(self._cells) and not "".join(after).strip()

    def __str__(self) -> str:
        return "".join(self._cells)


def _axis(layout: Layout, label: int, width: int) -> Iterator[str]:
    axis = layout.axis
    times, gaps, ticks = _Line(width), _Line(width), _Line(width)
    start = label + 1
    ticks.put(start, "─" * axis.length)
    steps = list(zip(axis.instants, axis.cells, strict=True))
    for micros, cell in steps[:1] + steps[-1:] + steps[1:-1]:  # the ends get their labels first
        time = instant(micros)
        ticks.put(start + cell, "┴")
        if times.free(start + cell, time):
            times.put(start + cell, time)
    for gap in axis.gaps():
        length = f"⋯ {duration(gap.micros / 1e6)}"
        if gaps.free(start + gap.left + 1, length):
            gaps.put(start + gap.left + 1, length)
    times.put(0, "time, to scale" if layout.is_to_scale else "steps, not to scale")
    yield from (str(line) for line in (gaps, times, ticks) if str(line).strip())


def _panels(layout: Layout, label: int, width: int) -> Iterator[str]:
    for panel in layout.panels:
        yield ""
        yield clipped(f"{panel.excerpt.label}: {panel.summary()}", width)
        if panel.stalls:
            yield _stalls(panel, layout.axis, label, width)
        instance = ""
        for lane in panel.lanes:
            if lane.instance != instance:
                instance = lane.instance
                outages = panel.outages(instance)
                if outages or len(panel.instances) > 1:
                    yield _instance(instance, outages, layout.axis, label, width)
            yield from _lane(lane, layout.axis, label, width)


def _instance(name: str, outages: Sequence[Outage], axis: Axis, label: int, width: int) -> str:
    line = _Line(width)
    line.put(0, clipped(f"instance {name}", label - 1))
    for outage in outages:
        died = max(0, to_micros(outage.start))
        first = axis.cell(died)
        back = axis.length - 1 if outage.end is None else max(axis.cell(to_micros(outage.end)), first + 1)
        line.put(label + 1 + first, _DEAD * (back - first))
        if outage.start >= 0:
            line.put(label + 1 + first, _KILLED)
        if outage.end is not None:
            line.put(label + 1 + back, _BACK)
    return str(line)


def _stalls(panel: Panel, axis: Axis, label: int, width: int) -> str:
    line = _Line(width)
    line.put(0, "event loop blocked")
    for start, end in panel.stalls:
        line.put(label + 1 + axis.cell(start), "▒" * max(1, axis.cell(end) - axis.cell(start)))
    return str(line)


def _lane(lane: Lane, axis: Axis, label: int, width: int) -> Iterator[str]:
    for row in range(lane.rows):
        line = _Line(width)
        indent = 2 if lane.is_below else 0
        line.put(indent, shortened(lane.label, label - 1 - indent))
        for bar in (bar for bar in lane.outlines if bar.row == row):
            begin, end = axis.cell(bar.begin), axis.cell(bar.end)
            line.put(label + 1 + begin, _OUTLINE * max(1, end - begin))
        bars = [bar for bar in lane.bars if bar.row == row]
        for bar in bars:
            _put_bar(line, bar, axis, label + 1)
        for bar in bars:
            _put_end(line, bar, axis, label + 1)
        yield str(line)


def _put_bar(line: _Line, bar: Bar, axis: Axis, left: int) -> None:
    line.put(left + axis.cell(bar.begin) - 1, "●" if bar.span.kind == "emit" else "▸")
    for segment in bar.segments:
        start, end = axis.cell(segment.start), axis.cell(segment.end)
        line.put(left + start, _INK[segment.activity] * (end - start))


def _put_end(line: _Line, bar: Bar, axis: Axis, left: int) -> None:
    at = left + axis.cell(bar.end)
    stop = "" if bar.span.kind != "emit" else _KILLED if bar.died else "┫"
    sign = stop + (_sign(bar.fate) if bar.fate else "")
    line.put(at, sign)
    start, label = at + len(sign) + 1, bar.end_label()
    if not line.free(start, label):
        label = clipped(label, _WORDS - 2)
    if line.free(start, label):
        line.put(start, label)


def _sign(fate: Fate) -> str:
    return (_KILLED if fate.verdict == "lost" else "") + fate.letter


def _key(layout: Layout, width: int) -> Iterator[str]:
    """Explain the signs that occur, and count the fates."""
    shown = [activity for activity in layout.activities() if activity is not Activity.EMITTING]
    signs = [f"{_INK[activity]} {activity.value}" for activity in shown]
    if any(panel.outages(instance) for panel in layout.panels for instance in panel.instances):
        signs += [f"{_KILLED} killed", f"{_DEAD} dead", f"{_BACK} restarted"]
    if outlined := layout.outlined():
        signs.append(f"{_OUTLINE} {outlined}")
    fates = [f"{_sign(fate)} {fate.value} {number:,}" for fate, number in layout.fates().items()]
    yield ""
    yield from _filled([*signs, *fates], width)
    for note in layout.notes():
        yield from wrap(note, width)


def _filled(items: Sequence[str], width: int) -> Iterator[str]:
    """Yield lines of items, with a new line whenever the next item does not fit."""
    line = ""
    for item in items:
        if line and len(line) + 3 + len(item) > width:
            yield line
            line = ""
        line = f"{line} · {item}" if line else item
    yield line
