"""One strategy: its heading, its lanes with backgrounds and bars, and the arrows between them."""

from collections.abc import Iterator, Sequence

from eventdemo.trace.axis import Axis
from eventdemo.trace.lanes import Bar
from eventdemo.trace.layout import Layout, Panel
from eventdemo.trace.svg.axis_marks import grid
from eventdemo.trace.svg.background import deaths, returns, stalls
from eventdemo.trace.svg.bars import delivery_bar, emit_bar
from eventdemo.trace.svg.elements import Element, element
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.heading import heading
from eventdemo.trace.svg.rows import Placed, groups_of, label, lifelines, title

_APART = 10
"""The least gap between a label and the bars beside it."""
_TRUNK = 8
"""How far left of a bar its arrow runs down."""


def panel_marks(panel: Panel, layout: Layout, frame: Frame) -> tuple[list[Element], float]:
    """Draw one strategy from y = 0; return it and its height."""
    axis = layout.axis
    head, top = heading(panel, frame, layout.broken_claims())
    groups = groups_of(panel, frame, top)
    placed = [one for group in groups for one in group.lanes]
    bottom = groups[-1].bottom if groups else top
    drawn = [
        *head,
        *stalls(panel, placed, axis, frame),
        *grid(layout, frame, top, bottom),
        *(drawn for one in placed for drawn in lifelines(one, frame.at(axis, axis.cells[-1]))),
        *deaths(panel, groups, axis, frame),
        *(drawn for group in groups for drawn in title(group, frame)),
        *returns(placed, axis, frame),
        *_arrows(placed, axis, frame),
        *(drawn for one in placed for drawn in label(one)),
        *(mark for one in placed for mark in _bars(one, axis, frame)),
    ]
    return drawn, bottom + 8


def _bars(one: Placed, axis: Axis, frame: Frame) -> Iterator[Element]:
    draw = emit_bar if one.lane.kind == "emit" else delivery_bar
    for bar in one.lane.bars:
        others = [other for other in one.lane.bars if other is not bar and other.row == bar.row]
        before = [frame.x(axis, other.end) + _APART for other in others if other.end <= bar.begin]
        later = [frame.x(axis, other.begin) - _APART for other in others if other.begin >= bar.end]
        free = max(before, default=0.0), min(later, default=frame.width - frame.pad + 4.0)
        yield draw(bar, axis, one, free)


def _arrows(placed: Sequence[Placed], axis: Axis, frame: Frame) -> Iterator[Element]:
    """Draw arrows from emits to their deliveries; an arrow to a delivery that never began is dashed."""
    bars = {bar.span.id: (bar, one) for one in placed for bar in one.lane.bars}
    for bar, one in bars.values():
        cause, other = bars.get(bar.span.cause or 0, (None, one))
        if cause is None or (cause.span.kind, bar.span.kind) != ("emit", "listener"):
            continue
        drawn = _arrow(bar, frame.x(axis, bar.begin), (other.at(cause), one.at(bar)), frame.theme.muted)
        yield element("g", *drawn, data_arrow=str(bar.span.id))


def _arrow(bar: Bar, x: float, ys: tuple[float, float], colour: str) -> Iterator[Element]:
    start, end = ys
    trunk = f"M{x:.1f} {start:.1f}H{x - _TRUNK:.1f}V{end:.1f}H{x - 4:.1f}"
    head = f"M{x - 6:.1f} {end - 3.5:.1f}L{x - 0.5:.1f} {end:.1f}L{x - 6:.1f} {end + 3.5:.1f}Z"
    dashed = {"stroke_dasharray": "3 2"} if bar.span.start is None else {}
    yield element("path", d=trunk, stroke=colour, fill="none", **dashed)
    yield element("path", d=head, fill=colour)
