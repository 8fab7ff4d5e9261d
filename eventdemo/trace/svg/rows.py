"""The positions of a panel's lanes, their names, and the line under each bar."""

from collections.abc import Iterator
from dataclasses import dataclass

from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.layout import Panel
from eventdemo.trace.naming import shortened
from eventdemo.trace.svg.elements import Element, line, words
from eventdemo.trace.svg.frame import INDENT, LABEL, NOTE, Frame
from eventdemo.trace.svg.text_metrics import fitting

NOTE_BELOW = 13.5
"""How far the note on what an emitter emits is below its name."""
TITLE = 22
"""The height of an instance's title."""


@dataclass(frozen=True)
class Placed:
    """A lane and its position."""

    lane: Lane
    top: float
    frame: Frame

    def y(self, row: int) -> float:
        return self.top + self.frame.above(self.lane) + (row + 0.5) * self.frame.row_height

    def at(self, bar: Bar) -> float:
        return self.y(bar.row)

    @property
    def bottom(self) -> float:
        return self.top + self.frame.height(self.lane)


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
    for instance in panel.instances:
        begins, placed = top, []
        top += TITLE if panel.titled else 0
        for lane in panel.lanes:
            if lane.instance == instance:
                placed.append(Placed(lane, top, frame))
                top = placed[-1].bottom
        groups.append(Group(instance, begins, tuple(placed)))
        top += 8 if panel.titled else 0
    return tuple(groups)


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
