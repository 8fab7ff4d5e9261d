"""Where things go: the measures of one sheet, and the places of instants on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventdemo.trace.axis import Axis
from eventdemo.trace.lanes import Lane
from eventdemo.trace.layout import Layout, Panel
from eventdemo.trace.naming import shortened
from eventdemo.trace.svg.end_labels import end_labels
from eventdemo.trace.svg.text_metrics import text_width
from eventdemo.trace.svg.theme import Theme

NARROW = 640
"""Below this width a lane's label stands above its bars instead of beside them."""
LABEL, NOTE = 12.5, 10.5
"""The sizes of a lane's name, and of what an emitter emits."""
INDENT = 14
"""How far a listener stands in from its emitter."""
_CELL, _MOST_LABEL = 4, 0.28
_LEAST_SHARE = 0.74
"""How much of the room right of the labels the axis keeps, however long the words after the last marks are."""


@dataclass(frozen=True)
class Frame:
    """The measures that all parts of one sheet share, in pixels."""

    width: int
    theme: Theme
    left: float
    """Where the first instant stands."""
    right: float
    """Where the axis ends."""

    @property
    def narrow(self) -> bool:
        """Whether labels stand above their bars."""
        return self.width < NARROW

    @property
    def pad(self) -> int:
        """The margin inside the card."""
        return 14 if self.narrow else 26

    @property
    def row_height(self) -> int:
        """The height of one row of bars."""
        return 22 if self.narrow else 26

    @property
    def bar_height(self) -> int:
        """The height of a delivery's bar."""
        return 12 if self.narrow else 14

    @property
    def room(self) -> int:
        """How many cells the axis may have."""
        return int(self.right - self.left) // _CELL

    def above(self, lane: Lane) -> int:
        """Return the room above a lane's bars: for its label, if it stands there, and for when an emit returned."""
        if self.narrow:
            return 30 if lane.kind == "emit" else 17
        return 12 if lane.kind == "emit" else 0

    def height(self, lane: Lane) -> int:
        """Return the height of a lane."""
        below = 4 if lane.kind == "emit" and not self.narrow else 0
        return self.above(lane) + lane.rows * self.row_height + below

    def x(self, axis: Axis, micros: int) -> float:
        """Return the place of an instant."""
        return self.at(axis, axis.cell(micros))

    def at(self, axis: Axis, cell: int) -> float:
        """Return the place of a cell."""
        return self.left + cell * (self.right - self.left) / axis.length


def frame_of(panels: Sequence[Panel], width: int, theme: Theme) -> Frame:
    """Measure a sheet: the labels take what they need, up to a part of the sheet."""
    bare = Frame(width, theme, 0, 0)
    most = width * _MOST_LABEL
    labels = [_label_width(lane, most) for panel in panels for lane in panel.lanes]
    beside = min(max(labels, default=0), most) + 26
    left = bare.pad + (14 if bare.narrow else beside)
    return replace(bare, left=left, right=width - bare.pad - 10)


def with_room_for_words(frame: Frame, layout: Layout) -> Frame:
    """Shorten the axis of a wide sheet until the words after the last deliveries or steps fit, but not too much."""
    if frame.narrow:
        return frame
    limit, axis, right = frame.width - frame.pad, layout.axis, frame.right
    for panel in layout.panels:
        for lane in panel.lanes:
            for bar in lane.bars:
                if bar.span.kind != "emit" and (cell := axis.cell(bar.end)):
                    right = min(
                        right, frame.left + (limit - end_labels(bar, lane)[-1].width - frame.left) * axis.length / cell
                    )
    return replace(frame, right=max(right, frame.left + (frame.right - frame.left) * _LEAST_SHARE))


def _label_width(lane: Lane, most: float) -> float:
    indent = INDENT if lane.is_below else 0
    name = shortened(lane.label, int((most - indent) / text_width("m", LABEL, mono=True)))
    note = f"emits {lane.note}" if lane.note else ""
    return indent + max(text_width(name, LABEL, mono=True), text_width(note, NOTE, mono=True))
