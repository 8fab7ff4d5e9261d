"""The timeline as text of at most 100 columns, for terminals and for tests.

`●` emit and `┫` its return, `▸` due, `┄` not started, `░` waiting at an await, `█` running, then the fate's letter;
`✗` before it means lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from eventdemo.core.fates import Fate
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.layout import Layout, Panel, on_one_axis, panels_of
from eventdemo.trace.naming import COLUMNS, clipped, shortened
from eventdemo.trace.record import Outage, Trace
from eventdemo.trace.segments import Activity
from eventdemo.trace.units import duration, instant, to_micros

_INK = {Activity.EMITTING: "━", Activity.DUE: "┄", Activity.WAITING: "░", Activity.RUNNING: "█"}
_KILLED, _DEAD, _BACK, _OUTLINE = "✗", "╌", "↻", "┈"
_BLOCKED = "event loop blocked"
_MAX_LABEL, _WORDS = 30, 22
"""Columns for a lane's name, and for a label after the last mark."""


def draw(sources: Sequence[Trace | Excerpt], width: int = COLUMNS) -> str:
    """Draw traces or excerpts below each other on one scale, as lines of at most `width` columns."""
    panels = panels_of(sources)
    names = [lane.label for panel in panels for lane in panel.lanes]
    left = min(max(map(len, [*names, _BLOCKED])) + 3, _MAX_LABEL) + 1
    sheet = _Sheet(on_one_axis(panels, max(2, width - left - _WORDS)), left, width)
    lines = [*sheet.axis_lines(), *sheet.panel_lines(), *sheet.key()]
    return "\n".join(str(line).rstrip() for line in lines) + "\n"


class _Line:
    """A line of text that can be written at any column."""

    def __init__(self, width: int, text: str = "") -> None:
        self._cells = [*text.ljust(width)[:width]]

    def put(self, at: int, text: str) -> None:
        """Overwrite what is there, and ignore what would be outside the line."""
        for offset, char in enumerate(text):
            if 0 <= at + offset < len(self._cells):
                self._cells[at + offset] = char

    def put_if_free(self, at: int, text: str) -> bool:
        """Write if there is room, with a blank on either side."""
        around = self._cells[max(0, at - 1) : at + len(text) + 1]
        if free := at + len(text) <= len(self._cells) and not "".join(around).strip():
            self.put(at, text)
        return free

    def __str__(self) -> str:
        return "".join(self._cells)


@dataclass(frozen=True)
class _Sheet:
    """The lines of a picture: names on the left, and the axis from the column `left` on."""

    layout: Layout
    left: int
    width: int

    def axis_lines(self) -> Iterator[_Line]:
        axis = self.layout.axis
        times = _Line(self.width, "time, to scale" if self.layout.is_to_scale else "steps, not to scale")
        gaps, ticks = _Line(self.width), _Line(self.width)
        ticks.put(self.left, "─" * axis.length)
        steps = list(zip(axis.instants, axis.cells, strict=True))
        for micros, cell in steps[:1] + steps[-1:] + steps[1:-1]:  # the ends get their labels first
            ticks.put(self.left + cell, "┴")
            times.put_if_free(self.left + cell, instant(micros))
        for gap in axis.gaps():
            gaps.put_if_free(self.left + gap.left + 1, f"⋯ {duration(gap.micros / 1e6)}")
        yield from (line for line in (gaps, times, ticks) if str(line).strip())

    def panel_lines(self) -> Iterator[_Line | str]:
        for panel in self.layout.panels:
            yield ""
            yield clipped(f"{panel.excerpt.label}: {panel.summary()}", self.width)
            if panel.stalls:
                yield self._stalls(panel)
            for instance, lanes in groupby(panel.lanes, lambda lane: lane.instance):
                if panel.titled:
                    yield self._instance(instance, panel.outages(instance))
                for lane in lanes:
                    yield from self._lane(lane)

    def _at(self, micros: int) -> int:
        """Return the column of an instant."""
        return self.left + self.layout.axis.cell(micros)

    def _instance(self, name: str, outages: Sequence[Outage]) -> _Line:
        line = _Line(self.width, clipped(f"instance {name}", self.left - 2))
        end = self.left + self.layout.axis.length - 1
        for outage in outages:
            died = self._at(max(0, to_micros(outage.start)))
            back = end if outage.end is None else max(self._at(to_micros(outage.end)), died + 1)
            line.put(died, _DEAD * (back - died))
            if outage.start >= 0:
                line.put(died, _KILLED)
            if outage.end is not None:
                line.put(back, _BACK)
        return line

    def _stalls(self, panel: Panel) -> _Line:
        line = _Line(self.width, _BLOCKED)
        for start, end in panel.stalls:
            line.put(self._at(start), "▒" * max(1, self._at(end) - self._at(start)))
        return line

    def _lane(self, lane: Lane) -> Iterator[_Line]:
        indent = 2 if lane.is_below else 0
        for row in range(lane.rows):
            line = _Line(self.width, " " * indent + shortened(lane.label, self.left - 2 - indent))
            for bar in (bar for bar in lane.outlines if bar.row == row):
                line.put(self._at(bar.begin), _OUTLINE * max(1, self._at(bar.end) - self._at(bar.begin)))
            bars = [bar for bar in lane.bars if bar.row == row]
            for bar in bars:
                self._put_bar(line, bar)
            for bar in bars:
                self._put_end(line, bar)
            yield line

    def _put_bar(self, line: _Line, bar: Bar) -> None:
        line.put(self._at(bar.begin) - 1, "●" if bar.span.kind == "emit" else "▸")
        for segment in bar.segments:
            start, end = self._at(segment.start), self._at(segment.end)
            line.put(start, _INK[segment.activity] * (end - start))

    def _put_end(self, line: _Line, bar: Bar) -> None:
        stop = "" if bar.span.kind != "emit" else _KILLED if bar.died else "┫"
        sign = stop + (_sign(bar.fate) if bar.fate else "")
        line.put(self._at(bar.end), sign)
        start, label = self._at(bar.end) + len(sign) + 1, bar.end_label()
        if not line.put_if_free(start, label):
            line.put_if_free(start, clipped(label, _WORDS - 2))

    def key(self) -> Iterator[str]:
        """Explain the signs that occur, and count the fates."""
        layout = self.layout
        signs = [f"{_INK[shown]} {shown.value}" for shown in layout.activities() if shown is not Activity.EMITTING]
        if layout.has_outages():
            signs += [f"{_KILLED} killed", f"{_DEAD} dead", f"{_BACK} restarted"]
        if outlined := layout.outlined():
            signs.append(f"{_OUTLINE} {outlined}")
        signs += [f"{_sign(fate)} {fate.value} {number:,}" for fate, number in layout.fates().items()]
        yield ""
        line = ""
        for sign in signs:
            if line and len(line) + 3 + len(sign) > self.width:
                yield line
                line = ""
            line = f"{line} · {sign}" if line else sign
        yield line
        for note in layout.notes():
            yield from wrap(note, self.width)


def _sign(fate: Fate) -> str:
    return (_KILLED if fate.verdict == "lost" else "") + fate.letter
