"""Arrows from an emit to its deliveries; an arrow to a delivery that never began is dashed."""

from collections.abc import Iterator, Sequence

from eventdemo.trace.axis import Axis
from eventdemo.trace.lanes import Bar
from eventdemo.trace.svg.elements import Element, element
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.rows import Placed

_TRUNK = 8
"""How far left of a bar the arrow runs down."""


def arrows(placed: Sequence[Placed], axis: Axis, frame: Frame) -> Iterator[Element]:
    """Draw every arrow of a panel."""
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
