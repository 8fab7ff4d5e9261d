"""One strategy: its heading, its lanes, the arrows from each emit to what it caused, and when the loop stood still."""

from collections.abc import Iterator
from dataclasses import dataclass

from eventdemo.views.axis import Axis
from eventdemo.views.svg.bars import LEAST, delivery_bar, emit_bar
from eventdemo.views.svg.elements import Element, box, element, haloed, line, mark, words
from eventdemo.views.svg.frame import Frame
from eventdemo.views.svg.heading import heading
from eventdemo.views.svg.steps import grid
from eventdemo.views.timeline import Bar, Lane, Panel
from eventdemo.views.units import duration
from eventdemo.views.wording import clipped, shortened


@dataclass(frozen=True)
class Placed:
    """A lane and where its first row stands."""

    lane: Lane
    top: float

    def y(self, bar: Bar, frame: Frame) -> float:
        """Return the middle of a bar's row."""
        return self.top + frame.label_height(self.lane) + (bar.row + 0.5) * frame.row_height


def panel_marks(panel: Panel, axis: Axis, frame: Frame) -> tuple[list[Element], float]:
    """Draw one strategy; return that and its height."""
    head, lanes_top = heading(panel, frame)
    placed, titles, bottom = _placed(panel, frame, lanes_top)
    drawn = [
        *head,
        *_stalls(panel, placed, axis, frame),
        *grid(axis, frame, lanes_top, bottom),
        *titles,
        *_returns(placed, axis, frame),
        *_arrows(placed, axis, frame),
        *(label for one in placed for label in _label(one, frame)),
        *(mark for one in placed for mark in _bars(one, axis, frame)),
    ]
    return drawn, bottom


def _placed(panel: Panel, frame: Frame, top: float) -> tuple[list[Placed], list[Element], float]:
    placed: list[Placed] = []
    titles: list[Element] = []
    for lane in panel.lanes:
        if len(panel.instances) > 1 and (not placed or placed[-1].lane.instance != lane.instance):
            said = clipped(f"instance {lane.instance}", 40)
            titles.append(words(frame.pad, top + 14, said, size=11, fill=frame.theme.muted, font_weight=700))
            top += 20
        placed.append(Placed(lane, top))
        top += frame.label_height(lane) + lane.rows * frame.row_height
    return placed, titles, top + 8


def _label(one: Placed, frame: Frame) -> list[Element]:
    """Write who a lane belongs to, above its bars or beside them; an emitter in bold, with what it emits below."""
    lane, ink = one.lane, frame.theme.ink
    indent = 0 if lane.is_root or frame.narrow else 14
    x = (frame.left if frame.narrow else frame.pad) + indent
    y = one.top + (13 if frame.narrow else frame.row_height / 2 + (4 if lane.kind == "listener" else -1))
    room = int(((frame.width if frame.narrow else frame.left - 16) - frame.pad - indent) / 7.3)
    card = frame.theme.card
    if lane.kind == "listener":
        return [haloed(x, y, shortened(lane.label, room), size=12, mono=True, fill=ink, halo=card)]
    name = haloed(x, y, shortened(lane.label, room), size=12, mono=True, fill=ink, halo=card, font_weight=700)
    note, muted = clipped(f"emits {lane.note}", room + 4), frame.theme.muted
    return [name, haloed(x, y + 13, note, size=10, mono=True, fill=muted, halo=card)]


def _stalls(panel: Panel, placed: list[Placed], axis: Axis, frame: Frame) -> Iterator[Element]:
    for start, end in panel.stalls:
        left = frame.x(axis, start)
        width = max(LEAST, frame.x(axis, end) - left)
        told = f"The loop stood still for {duration((end - start) / 1e6)}: nothing else could run."
        bands = (box(left, top, width, bottom - top, fill=frame.theme.stall) for top, bottom in _rows(placed, frame))
        yield mark(told, *bands)


def _rows(placed: list[Placed], frame: Frame) -> Iterator[tuple[float, float]]:
    """Yield top and bottom of each lane's bars, without the lines that hold labels."""
    for one in placed:
        top = one.top + frame.label_height(one.lane)
        yield top, top + one.lane.rows * frame.row_height


def _returns(placed: list[Placed], axis: Axis, frame: Frame) -> Iterator[Element]:
    """Draw a line down from where the emit returned: what is right of it happened behind the emitter's back."""
    roots = [bar for one in placed if one.lane.is_root for bar in one.lane.bars]
    if len(roots) != 1:
        return
    x = max(frame.x(axis, roots[0].end), frame.x(axis, roots[0].begin) + LEAST)
    for top, bottom in _rows(placed, frame):
        yield line(x, top, x, bottom, frame.theme.ink, stroke_width=1.2, stroke_dasharray="1 4")


def _arrows(placed: list[Placed], axis: Axis, frame: Frame) -> Iterator[Element]:
    emits = {bar.span.id: one.y(bar, frame) for one in placed for bar in one.lane.bars if bar.span.kind == "emit"}
    for one in placed:
        for bar in one.lane.bars:
            if bar.span.kind == "listener" and bar.span.cause in emits:
                drawn = _arrow(frame.x(axis, bar.begin), emits[bar.span.cause], one.y(bar, frame), frame.theme.muted)
                yield element("g", *drawn, data_arrow=str(bar.span.id))


def _arrow(x: float, y1: float, y2: float, colour: str) -> list[Element]:
    trunk = f"M{x:.1f} {y1:.1f}H{x - 8:.1f}V{y2:.1f}H{x - 4:.1f}"
    head = f"M{x - 6:.1f} {y2 - 3.5:.1f}L{x - 0.5:.1f} {y2:.1f}L{x - 6:.1f} {y2 + 3.5:.1f}Z"
    return [
        element("path", d=trunk, stroke=colour, stroke_width=1.1, fill="none"),
        element("path", d=head, fill=colour),
    ]


def _bars(one: Placed, axis: Axis, frame: Frame) -> Iterator[Element]:
    draw = emit_bar if one.lane.kind == "emit" else delivery_bar
    for bar in one.lane.bars:
        later = [frame.x(axis, other.begin) - 8 for other in one.lane.bars if _follows(other, bar)]
        yield draw(bar, axis, frame, one.y(bar, frame), free=min(later, default=frame.width - frame.pad + 6))


def _follows(other: Bar, bar: Bar) -> bool:
    return other is not bar and other.row == bar.row and other.begin >= bar.end
