"""The axis of a picture: one step for every distinct instant, with long gaps shortened, or else to scale.

On a linear axis a burst of events is a single dot, so a picture has one only if its finding is about durations.
Positions are whole cells, so text and SVG share them. Nothing here draws.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, count, pairwise

_SHARES = (0.01, 0.05, 0.2)
"""A gap gets one cell, plus one for each of these shares of the total time that it reaches."""


@dataclass(frozen=True)
class Gap:
    """An interval between two steps that is drawn much shorter than it was."""

    left: int
    right: int
    micros: int


@dataclass(frozen=True)
class Axis:
    """The instants that have a step, in microseconds, and the cell of each."""

    instants: tuple[int, ...]
    cells: tuple[int, ...]
    merged: int
    """Instants closer than this many microseconds may share a step; 0 if each has its own."""

    @property
    def length(self) -> int:
        """The number of cells, including one for what happens at the last step."""
        return self.cells[-1] + 1

    def cell(self, micros: int) -> int:
        """Return the cell of an instant: that of its step, or of the step it was merged into."""
        return self.cells[max(0, bisect_right(self.instants, micros) - 1)]

    def gaps(self) -> tuple[Gap, ...]:
        """Return the gaps drawn at less than half of their linear share."""
        whole, span = max(1, self.instants[-1]), max(1, self.cells[-1])
        steps = pairwise(zip(self.instants, self.cells, strict=True))
        gaps = [Gap(left, right, later - earlier) for (earlier, left), (later, right) in steps]
        return tuple(gap for gap in gaps if 2 * (gap.right - gap.left) * whole < gap.micros * span)


@dataclass(frozen=True)
class LinearAxis(Axis):
    """An axis to scale, whose steps are round times; an instant that is past its end is at its end."""

    def cell(self, micros: int) -> int:
        return min(micros, self.instants[-1]) * self.cells[-1] // self.instants[-1]

    def gaps(self) -> tuple[Gap, ...]:
        return ()


_TICKS = {1: 5, 1.5: 3, 2: 4, 3: 6, 4: 4, 5: 5, 6: 6, 8: 4, 10: 5}
"""The round ends of a linear axis, in units of a power of ten, and how many steps each one has."""


def round_end(micros: int) -> int:
    """Return the first round time that is not before this one."""
    return _round_end(micros)[0]


def _round_end(micros: int) -> tuple[int, int]:
    ends = ((int(end * 10**power), ticks) for power in count() for end, ticks in _TICKS.items())
    return next((end, ticks) for end, ticks in ends if end >= max(micros, ticks))


def linear_axis(end: int, room: int) -> LinearAxis:
    """Return an axis to scale, of `room` cells, up to the first round time that is not before `end`."""
    last, ticks = _round_end(end)
    instants = tuple(last * tick // ticks for tick in range(ticks + 1))
    return LinearAxis(instants, tuple(instant * max(1, room - 1) // last for instant in instants), 0)


def axis_of(moments: Iterable[int], room: int) -> Axis:
    """Assign every distinct moment a step within `room` cells; if there are too many, the closest ones share a step."""
    distinct = sorted({0, *moments})
    instants, merged = _merged(distinct, max(1, room // 2 + 1))
    whole = max(1, instants[-1])
    weights = [1 + sum((b - a) / whole >= share for share in _SHARES) for a, b in pairwise(instants)]
    return Axis(tuple(instants), _placed(weights, max(1, room - 1)), merged)


def _placed(weights: list[int], room: int) -> tuple[int, ...]:
    """Return the cell of each step: by weight if there is room, otherwise one cell each and the rest by weight."""
    sure = 0 if sum(weights) <= room else 1
    shares = [weight - sure for weight in weights]
    spare, whole = room - sure * len(weights), max(1, sum(shares))
    return tuple(sure * k + reached * spare // whole for k, reached in enumerate(accumulate(shares, initial=0)))


def _merged(instants: list[int], limit: int) -> tuple[list[int], int]:
    """Drop the later instant of the smallest gaps until `limit` are left; return them and the next larger gap."""
    surplus = len(instants) - limit
    if surplus <= 0:
        return instants, 0
    gaps = sorted((b - a, b) for a, b in pairwise(instants))
    dropped = {later for _, later in gaps[:surplus]}
    return [instant for instant in instants if instant not in dropped], gaps[surplus - 1][0] + 1
