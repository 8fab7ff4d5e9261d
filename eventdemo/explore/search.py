"""Depth-first search over all schedules. `reduction.py` has the search that omits redundant ones."""

from collections.abc import Sequence
from typing import Any

from eventdemo.explore.steps import EMITTER_PATH, NO_PREFIX, NOTHING, AccessSet, NotDeterministicError, Path, Prefix


class ChoicePoint:
    """One choice of the current schedule, and the step that follows it."""

    __slots__ = ("accesses", "chosen", "options", "path")
    accesses: AccessSet

    def __init__(self, options: Sequence[Path]) -> None:
        self.options = options
        self.chosen = 0
        self.path = options[0]
        """The task that was chosen."""

    def next_choice(self) -> bool:
        """Move on to the next option to explore; return whether there is one."""
        while (chosen := self.chosen + 1) < len(self.options):
            self.chosen, self.path = chosen, self.options[chosen]
            if self.path not in self.options[:chosen]:  # a task that is cancelled during a sleep is there twice
                return True
        return False


class Exhaustive:
    """A scheduler that runs all schedules, one after another.

    Use it as `while search.more(): run(search)`, and call `ended` with the accesses of the last step after each run.
    """

    reduces = False
    """Whether the search needs to know through what steps depend on each other."""

    def __init__(self) -> None:
        self._points: list[Any] = []  # `ChoicePoint`s, of the kind that `_new_point` makes
        self._begun = False
        self._opening = NOTHING
        """The accesses before the first choice."""

    def more(self) -> bool:
        """Prepare the next run; return whether a schedule is left."""
        points, self._depth = self._points, 0
        while points and not points[-1].next_choice():
            points.pop()
        is_first, self._begun = not self._begun, True
        return is_first or bool(points)

    def current_choices(self) -> tuple[int, ...]:
        return tuple(point.chosen for point in self._points)

    def prefix(self) -> Prefix:
        """Return the choices that the next run repeats; the loop does not need the scheduler for them."""
        points = self._points[:-1]
        if not points:
            return NO_PREFIX
        self._depth = len(points)
        paths = [point.path for point in points]
        steps = [(EMITTER_PATH, self._opening), *[(point.path, point.accesses) for point in points[:-1]]]
        return Prefix([point.chosen for point in points], [len(point.options) for point in points], paths, steps)

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Follow the current schedule, then extend it by the first option to explore."""
        depth, points = self._depth, self._points
        self._record(depth, accesses)
        if depth == len(points):
            points.append(self._new_point(options))
        elif points[depth].options != options:
            raise NotDeterministicError
        self._depth = depth + 1
        chosen: int = points[depth].chosen
        return chosen

    def ended(self, accesses: AccessSet) -> None:
        """Record the accesses of the last step, after the program has ended."""
        if self._depth < len(self._points):
            raise NotDeterministicError
        if self._depth:
            self._record(self._depth, accesses)

    def _record(self, depth: int, accesses: AccessSet) -> None:
        """Record the accesses of the step before the choice at `depth`."""
        if depth:
            self._points[depth - 1].accesses = accesses
        else:
            self._opening = accesses

    def _new_point(self, options: Sequence[Path]) -> ChoicePoint:
        return ChoicePoint(options)
