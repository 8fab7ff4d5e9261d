"""The search that counts schedules which differ only in the order of independent steps as one.

Assumed: steps depend on each other only through the resources that they access and the tasks that they cancel. If two
dependent steps raced, the search also reverses them (`races.py`). If two steps are independent, both orders have the
same result, so one joins the sleep set of the choice points below (P. Godefroid, "Partial-Order Methods for Concurrent
Systems", 1996).
"""

from collections.abc import Iterable, Sequence

from eventdemo.explore.races import RacingPoint, Reversal, cancelled_races, races
from eventdemo.explore.search import Exhaustive
from eventdemo.explore.steps import ANYTHING, EVERY_ORDER, AccessSet, Path


class SleepSetBlockedError(Exception):
    """Every option is in the sleep set, so the rest of this schedule would be redundant."""


class CannotReduceError(Exception):
    """A step may depend on another in a way that no access shows, so every order has to run."""


class _ReducedPoint(RacingPoint):
    """A choice with the options to explore, those explored, and those that are redundant."""

    __slots__ = ("backtrack_set", "explored", "sleep_set")

    def __init__(self, options: Sequence[Path], above: "_ReducedPoint | None", depth: int) -> None:
        super().__init__(options, above, depth)
        self.sleep_set = {} if above is None else above.sleep_set_below()
        self.explored: dict[Path, AccessSet] = {}
        self.backtrack_set: set[Path] = set()

    def next_choice(self) -> bool:
        for index, path in enumerate(self.options):
            if path in self.backtrack_set and path not in self.explored and path not in self.sleep_set:
                self.chosen, self.path = index, path
                return True
        return False

    def add_backtrack(self, paths: Sequence[Path]) -> None:
        """Make sure that one of these options is explored: the last one, if none is in the sets already."""
        if not any(path in self.backtrack_set or path in self.sleep_set for path in paths):
            self.backtrack_set.add(paths[-1])

    def sleep_set_below(self) -> dict[Path, AccessSet]:
        """Return the tasks that need not go next: explored before the last step, and independent of it."""
        if not self.sleep_set and len(self.explored) == 1:
            return {}
        known = {**self.sleep_set, **self.explored}
        return {task: seen for task, seen in known.items() if not self.depends_on(task, seen)}


class Reduced(Exhaustive):
    """A scheduler that runs a schedule for each order of dependent steps."""

    reduces = True
    _points: list[_ReducedPoint]

    def __init__(self) -> None:
        super().__init__()
        self._noted = 0
        """How many points have the accesses of their chosen step: all but the last, after `more`."""
        self._new = 0
        """The first point whose choice differs from the previous run."""
        self._cancels = False
        """Whether some step cancels a task: the rest of that task is in no schedule, so no race can show it."""

    def more(self) -> bool:
        is_left = super().more()
        self._new = self._noted = max(len(self._points) - 1, 0)
        return is_left

    def ended(self, accesses: AccessSet) -> None:
        super().ended(accesses)
        self._reverse(races(self._points, self._new))
        self._reverse(cancelled_races(self._points))

    def _new_point(self, options: Sequence[Path]) -> _ReducedPoint:
        point = _ReducedPoint(options, self._points[-1] if self._points else None, len(self._points))
        unblocked = [path for path in options if path not in point.sleep_set]
        if not unblocked:
            self._reverse(races(self._points, self._new))
            raise SleepSetBlockedError
        point.backtrack_set.update(unblocked if self._cancels else unblocked[:1])
        point.next_choice()
        return point

    def _record(self, depth: int, accesses: AccessSet) -> None:
        if 0 < depth <= self._noted:
            return
        super()._record(depth, accesses)
        if (EVERY_ORDER, True) in accesses:
            raise CannotReduceError
        if depth:
            self._noted = depth
            point = self._points[depth - 1]
            point.explored[point.path] = accesses
            self._weaken_reduction(accesses)

    def _weaken_reduction(self, accesses: AccessSet) -> None:
        """Omit fewer schedules because of a step's accesses."""
        if (ANYTHING, True) in accesses:  # an earlier step took what this one waits for, undeclared
            for above in self._points[: self._noted]:
                above.explored[above.path] = accesses
        if not self._cancels and any(isinstance(resource, tuple) for resource, _ in accesses):
            self._cancels = True
            for point in self._points:
                point.backtrack_set.update(point.options)

    def _reverse(self, reversals: Iterable[Reversal]) -> None:
        for place, paths in reversals:
            self._points[place].add_backtrack(paths)
