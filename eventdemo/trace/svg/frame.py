"""The dimensions of a picture, and the positions of instants on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventdemo.trace.axis import Axis
from eventdemo.trace.lanes import Lane
from eventdemo.trace.layout import Layout, Panel
from eventdemo.trace.naming import shortened
from eventdemo.trace.svg.text_metrics import end_labels, text_width
from eventdemo.trace.svg.theme import Theme

NARROW = 640
"""Below this width, the label of a lane is above its bars instead of beside them."""
LABEL, NOTE = 12.5, 10.5
"""The font sizes of a lane's name, and of the note on what an emitter emits."""
INDENT = 14
"""The indentation of a listener below its emitter."""
_CELL, _MAX_LABEL = 4, 0.28
_MIN_SHARE = 0.74
"""The smallest share of the room right of the lane names that the axis keeps, however long the end labels are."""

_NO_AXIS = Axis((0,), (0,), 0)
"""Before the room for one is known."""


@dataclass(frozen=True)
class Frame:
    """The dimensions that all parts of one picture share, in pixels."""

    width: int
    theme: Theme
    left: float
    """The position of the first instant."""
    right: float
    """The end of the axis."""
    axis: Axis = _NO_AXIS

    @property
    def narrow(self) -> bool:
        return self.width < NARROW

    @property
    def pad(self) -> int:
        return 14 if self.narrow else 26

    @property
    def row_height(self) -> int:
        return 22 if self.narrow else 26

    @property
    def bar_height(self) -> int:
        return 12 if self.narrow else 14

    @property
    def room(self) -> int:
        return int(self.right - self.left) // _CELL

    def above(self, lane: Lane) -> int:
        """Return the room above a lane's bars, for its name if narrow, and for the label of an emit."""
        if self.narrow:
            return 30 if lane.kind == "emit" else 17
        return 12 if lane.kind == "emit" else 0

    def height(self, lane: Lane) -> int:
        below = 4 if lane.kind == "emit" and not self.narrow else 0
        return self.above(lane) + lane.rows * self.row_height + below

    def x(self, micros: int) -> float:
        return self.at(self.axis.cell(micros))

    def at(self, cell: int) -> float:
        return self.left + cell * (self.right - self.left) / self.axis.length


def frame_of(panels: Sequence[Panel], width: int, theme: Theme) -> Frame:
    """Choose the dimensions: the lane names take the room they need, up to a share of the width."""
    bare = Frame(width, theme, 0, 0)
    widest = width * _MAX_LABEL
    labels = [_label_width(lane, widest) for panel in panels for lane in panel.lanes]
    beside = min(max(labels, default=0), widest) + 26
    left = bare.pad + (14 if bare.narrow else beside)
    return replace(bare, left=left, right=width - bare.pad - 10)


def with_axis(frame: Frame, layout: Layout) -> Frame:
    """Add the axis; shorten that of a wide picture until the labels after the last deliveries fit, but not too much."""
    frame = replace(frame, axis=layout.axis)
    if frame.narrow:
        return frame
    limit, axis = frame.width - frame.pad, layout.axis
    lanes = [lane for panel in layout.panels for lane in panel.lanes if lane.kind != "emit"]
    ends = [(axis.cell(bar.end), end_labels(bar, lane)[-1].width) for lane in lanes for bar in lane.bars]
    rights = [frame.left + (limit - width - frame.left) * axis.length / cell for cell, width in ends if cell]
    leftmost = frame.left + (frame.right - frame.left) * _MIN_SHARE
    return replace(frame, right=max(leftmost, min([frame.right, *rights])))


def _label_width(lane: Lane, widest: float) -> float:
    indent = INDENT if lane.is_below else 0
    name = shortened(lane.label, int((widest - indent) / text_width("m", LABEL, mono=True)))
    note = f"emits {lane.note}" if lane.note else ""
    return indent + max(text_width(name, LABEL, mono=True), text_width(note, NOTE, mono=True))
