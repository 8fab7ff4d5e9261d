"""Where things go: the widths of one sheet, and the places of instants on it."""

from dataclasses import dataclass

from eventdemo.views.axis import Axis
from eventdemo.views.svg.theme import Theme
from eventdemo.views.timeline import Lane

NARROW = 640
"""Below this width a lane's label stands above its bars instead of beside them."""


@dataclass(frozen=True)
class Frame:
    """The measures that all parts of one sheet share, in pixels."""

    width: int
    theme: Theme

    @property
    def narrow(self) -> bool:
        """Whether labels stand above their bars."""
        return self.width < NARROW

    @property
    def pad(self) -> int:
        """The margin inside the card."""
        return 14 if self.narrow else 28

    @property
    def left(self) -> int:
        """Where the first instant stands; the arrows need a little room before it."""
        return self.pad + (14 if self.narrow else 252)

    @property
    def right(self) -> int:
        """Where the axis ends; in a wide sheet, a word at the last mark fits after it."""
        return self.width - self.pad - (10 if self.narrow else 132)

    def label_height(self, lane: Lane) -> int:
        """Return the room above a lane's bars for its label, if it stands there; an emitter's has two lines."""
        return (29 if lane.kind == "emit" else 17) if self.narrow else 0

    @property
    def row_height(self) -> int:
        """The height of one row of bars."""
        return 22 if self.narrow else 28

    @property
    def bar_height(self) -> int:
        """The height of a delivery's bar."""
        return 12 if self.narrow else 14

    @property
    def room(self) -> int:
        """How many cells the axis may have."""
        return (self.right - self.left) // 4

    def x(self, axis: Axis, micros: int) -> float:
        """Return the place of an instant."""
        return self.at(axis, axis.cell(micros))

    def at(self, axis: Axis, cell: int) -> float:
        """Return the place of a cell."""
        return self.left + cell * (self.right - self.left) / axis.length
