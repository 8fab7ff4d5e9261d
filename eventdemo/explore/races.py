"""The races of a schedule: pairs of dependent steps that no other step orders.

To reach every outcome it is enough to reverse each race. To reverse one, it is enough to try one task of a source set
first (P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", 2014).
"""

from collections.abc import Iterator, Sequence

from eventdemo.explore.search import ChoicePoint
from eventdemo.explore.steps import ANYTHING, NOTHING, AccessSet, Path

Reversal = tuple[int, list[Path]]
"""A position in the schedule, and a source set: one of these tasks must be tried there."""


class RacingPoint(ChoicePoint):
    """A choice point that knows which earlier steps come before its step, and since when it has had its options."""

    __slots__ = ("enabled_since", "happens_before")
    happens_before: int
    """The earlier steps that must come before this one; bit n stands for step n."""

    def __init__(self, options: Sequence[Path], above: "RacingPoint | None", depth: int) -> None:
        super().__init__(options)
        self.enabled_since = dict.fromkeys(options, depth) if above is None else above.enabled_below(options, depth)
        """The position since which each option has been enabled; the step before that position enabled it."""

    def enabled_below(self, options: Sequence[Path], depth: int) -> dict[Path, int]:
        """Return since when the options of the next choice point have been enabled."""
        gone = {self.path, *(resource for resource, cancelled in self.accesses if cancelled)}
        return {path: depth if path in gone else self.enabled_since.get(path, depth) for path in options}

    def depends_on(self, task: Path, accesses: AccessSet) -> bool:
        if task == self.path or (task, True) in self.accesses or (self.path, True) in accesses:  # one cancels the other
            return True
        return not independent(accesses, self.accesses)


def independent(one: AccessSet, other: AccessSet) -> bool:
    """Return whether two steps give the same result in either order: neither writes what the other accesses."""
    if (ANYTHING, True) in one or (ANYTHING, True) in other:
        return False
    if one is NOTHING or other is NOTHING:
        return True
    return not any(a == b and (a_written or b_written) for a, a_written in one for b, b_written in other)


def cancelled_races(steps: Sequence[RacingPoint]) -> Iterator[Reversal]:
    """Yield the races with the end of the program, which cancels every task that could still run."""
    if steps:
        for task in steps[-1].options:
            yield len(steps) - 1, [task]


def races(steps: Sequence[RacingPoint], new: int) -> Iterator[Reversal]:
    """Yield the races of the steps from `new` on, and set what happens before each of these steps."""
    for index in range(new, len(steps)):
        step = steps[index]
        step.happens_before = _predecessors(steps, index)
        for earlier in reversed(range(index)):
            if not _is_set(step.happens_before, earlier) and steps[earlier].depends_on(step.path, step.accesses):
                yield earlier, _initials(steps, earlier, index)
                step.happens_before |= steps[earlier].happens_before | 1 << earlier


def _predecessors(steps: Sequence[RacingPoint], index: int) -> int:
    """Return the steps that must come before this one: the one that enabled it, and the earlier ones of its task."""
    step = steps[index]
    enabler = step.enabled_since[step.path] - 1
    own = next((n for n in reversed(range(index)) if steps[n].path == step.path), -1)
    return _with_predecessors(steps, enabler) | _with_predecessors(steps, own)


def _with_predecessors(steps: Sequence[RacingPoint], index: int) -> int:
    return 0 if index < 0 else steps[index].happens_before | 1 << index


def _initials(steps: Sequence[RacingPoint], earlier: int, later: int) -> list[Path]:
    """Return the tasks that can go first, at the position of the earlier step, in a schedule that reverses the race.

    Their steps, up to the later one, depend neither on the earlier step nor on each other.
    """
    first, taken = [], 0
    for index in range(earlier + 1, later + 1):
        step = steps[index]
        if not _is_set(step.happens_before, earlier):
            if not step.happens_before & taken:
                first.append(step.path)
            taken |= 1 << index
    return first


def _is_set(mask: int, bit: int) -> bool:
    return bool(mask >> bit & 1)
