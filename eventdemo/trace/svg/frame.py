"""The dimensions of a picture, and the positions of instants and of lanes on it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from eventdemo.trace.axis import Axis
from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.layout import Layout, Panel, on_one_axis
from eventdemo.trace.naming import shortened
from eventdemo.trace.svg.text_metrics import end_labels, text_width
from eventdemo.trace.svg.theme import Theme

NARROW = 640
"""Below this width, the label of a lane is above its bars instead of beside them."""
LABEL, NOTE = 12.5, 10.5
"""The font sizes of a lane's name, and of the note on what an emitter emits."""
INDENT = 14
"""The indentation of a listener below its emitter."""
MIN_WIDTH = 4.0
"""The width of a segment that took no time."""
TITLE = 22
"""The height of an instance's title."""
_CELL, _MAX_LABEL = 4, 0.28
_MIN_SHARE = 0.74
"""The smallest share of the room right of the lane names that the axis keeps, however long the end labels are."""


@dataclass(frozen=True)
class Frame:
    """What all parts of one picture share: its layout, its colours, and its dimensions in pixels."""

    panels: tuple[Panel, ...]
    width: int
    theme: Theme

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

    @cached_property
    def left(self) -> float:
        """The position of the first instant: the lane names take the room they need, up to a share of the width."""
        widest = self.width * _MAX_LABEL
        labels = [_label_width(lane, widest) for panel in self.panels for lane in panel.lanes]
        return self.pad + (14 if self.narrow else min(max(labels, default=0), widest) + 26)

    @cached_property
    def layout(self) -> Layout:
        return on_one_axis(self.panels, int(self._most - self.left) // _CELL)

    @cached_property
    def axis(self) -> Axis:
        return self.layout.axis

    @cached_property
    def right(self) -> float:
        """The end of the axis: shorter in a wide picture, until the last deliveries' labels fit, but not too short."""
        if self.narrow:
            return self._most
        limit = self.width - self.pad
        lanes = [lane for panel in self.panels for lane in panel.lanes if lane.kind != "emit"]
        ends = [(self.axis.cell(bar.end), end_labels(bar, lane)[-1].width) for lane in lanes for bar in lane.bars]
        rights = [self.left + (limit - width - self.left) * self.axis.length / cell for cell, width in ends if cell]
        return max(self.left + (self._most - self.left) * _MIN_SHARE, min([self._most, *rights]))

    @property
    def _most(self) -> float:
        return self.width - self.pad - 10

    def x(self, micros: int) -> float:
        return self.at(self.axis.cell(micros))

    def at(self, cell: int) -> float:
        return self.left + cell * (self.right - self.left) / self.axis.length


def _label_width(lane: Lane, widest: float) -> float:
    indent = INDENT if lane.is_below else 0
    name = shortened(lane.label, int((widest - indent) / text_width("m", LABEL, mono=True)))
    note = f"emits {lane.note}" if lane.note else ""
    return indent + max(text_width(name, LABEL, mono=True), text_width(note, NOTE, mono=True))


@dataclass(frozen=True)
class Placed:
    """A lane and its position."""

    lane: Lane
    top: float
    frame: Frame

    @property
    def above(self) -> int:
        """The room above its bars, for its name if narrow, and for the label of an emit."""
        if self.frame.narrow:
            return 30 if self.lane.kind == "emit" else 17
        return 12 if self.lane.kind == "emit" else 0

    def y(self, row: int) -> float:
        return self.top + self.above + (row + 0.5) * self.frame.row_height

    def at(self, bar: Bar) -> float:
        return self.y(bar.row)

    def ends(self, bar: Bar) -> tuple[float, float]:
        """Return the left and the right end of a bar that is wide enough to be seen."""
        left = self.frame.x(bar.begin)
        return left, max(self.frame.x(bar.end), left + MIN_WIDTH)

    @property
    def bottom(self) -> float:
        below = 4 if self.lane.kind == "emit" and not self.frame.narrow else 0
        return self.top + (self.above + self.lane.rows * self.frame.row_height + below)


@dataclass(frozen=True)
class Group:
    """The lanes of one instance."""

    instance: str
    top: float
    lanes: tuple[Placed, ...]

    @property
    def bottom(self) -> float:
        return self.lanes[-1].bottom


def groups_of(panel: Panel, frame: Frame, top: float) -> tuple[Group, ...]:
    """Stack the lanes, instance by instance; instances have titles if there are several, or if one died."""
    groups = []
    for instance, lanes in groupby(panel.lanes, lambda lane: lane.instance):
        begins, placed = top, []
        top += TITLE if panel.titled else 0
        for lane in lanes:
            placed.append(Placed(lane, top, frame))
            top = placed[-1].bottom
        groups.append(Group(instance, begins, tuple(placed)))
        top += 8 if panel.titled else 0
    return tuple(groups)
