"""The lines of the program that a span came to: its emit, the listener's first line, the awaits at which it waited.

They are no part of the record. Two runs are equal even if a line has moved between them, and JSON omits the lines,
because they are valid only beside the files that ran.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from eventdemo.trace.units import to_micros


class Line(NamedTuple):
    """A line of a file, and the time in seconds at which the span came to it."""

    file: str
    number: int
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one span, in the order in which it came to them. All instances are equal; see above."""

    reached: tuple[Line, ...] = field(default=(), compare=False)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.reached)

    def at(self, micros: int) -> Line | None:
        """Return the line at which the span was at this time, in microseconds."""
        return next((line for line in reversed(self.reached) if to_micros(line.time) <= micros), None)

    def earlier(self, by: float) -> "Lines":
        return Lines(tuple(Line(line.file, line.number, line.time - by) for line in self.reached))


NO_LINES = Lines()
