"""Which two steps of a schedule raced: they depend on each other, and nothing else made the one come before the other.

To see everything it is enough to try each race the other way round, of the tasks that could have gone first only one
that comes before all it depends on (source sets: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic
Partial Order Reduction", 2014).
"""

from collections.abc import Iterator, Sequence

from eventdemo.explore.steps import ANYTHING, NOTHING, AccessSet, Path

Reversal = tuple[int, list[Path]]
"""A place in the schedule, and tasks of which one has to be tried there."""


class ChoicePoint:
    """One choice of a schedule, and the step that followed it."""

    __slots__ = ("accesses", "enabled_since", "happens_before", "options", "path")

    def __init__(self, options: Sequence[Path], above: "ChoicePoint | None", depth: int) -> None:
        self.options = options
        self.path: Path = ()
        """The task that was chosen."""
        self.accesses: AccessSet = NOTHING
        self.happens_before = 0
        """Which earlier steps have to come before this one: bit n stands for step n."""
        self.enabled_since = dict.fromkeys(options, depth) if above is None else above.enabled_below(options, depth)
        """Since which place each option has been waiting: the step before that one made it wait."""

    def enabled_below(self, options: Sequence[Path], depth: int) -> dict[Path, int]:
        """Return since when the options of the next place have been waiting."""
        gone = {self.path, *(resource for resource, cancelled in self.accesses if cancelled)}
        return {path: depth if path in gone else self.enabled_since.get(path, depth) for path in options}

    def depends_on(self, task: Path, accesses: AccessSet) -> bool:
        """Tell whether this step and one of another task depend on each other."""
        if task == self.path or _cancels(self.accesses, task) or _cancels(accesses, self.path):
            return True
        return not independent(accesses, self.accesses)


def _cancels(accesses: AccessSet, task: Path) -> bool:
    """Tell whether a step cancelled a task, or came too late for it."""
    return (task, True) in accesses or (task, False) in accesses


def independent(one: AccessSet, other: AccessSet) -> bool:
    """Tell whether two steps give the same result in either order: neither writes what the other touches."""
    if (ANYTHING, True) in one or (ANYTHING, True) in other:
        return False
    if one is NOTHING or other is NOTHING:
        return True
    return not any(a == b and (a_written or b_written) for a, a_written in one for b, b_written in other)


def cancelled_races(steps: Sequence[ChoicePoint]) -> Iterator[Reversal]:
    """Yield who could still have gone on when the last step ended the program."""
    if steps:
        for task in steps[-1].options:
            if task != steps[-1].path:
                yield len(steps) - 1, [task]


def races(steps: Sequence[ChoicePoint], new: int) -> Iterator[Reversal]:
    """Yield what to try because of steps from `new` on; it also fills in what comes before each of them."""
    for index in range(new, len(steps)):
        step = steps[index]
        step.happens_before = _predecessors(steps, index)
        for earlier in reversed(range(index)):
            if not _is_set(step.happens_before, earlier) and steps[earlier].depends_on(step.path, step.accesses):
                yield earlier, _initials(steps, earlier, index)
                step.happens_before |= steps[earlier].happens_before | 1 << earlier


def _predecessors(steps: Sequence[ChoicePoint], index: int) -> int:
    """Return the steps that had to happen for a task to be waiting here: the one that made it wait, and its own."""
    step = steps[index]
    cause = step.enabled_since[step.path] - 1
    own = next((place for place in reversed(range(index)) if steps[place].path == step.path), -1)
    return _with_predecessors(steps, cause) | _with_predecessors(steps, own)


def _with_predecessors(steps: Sequence[ChoicePoint], index: int) -> int:
    return 0 if index < 0 else steps[index].happens_before | 1 << index


def _initials(steps: Sequence[ChoicePoint], earlier: int, later: int) -> list[Path]:
    """Return the tasks with which a schedule could begin, at the place of the earlier step, that has the later first.

    These are steps up to the later one that need not wait for the earlier one, nor for each other.
    """
    first, taken = [], 0
    for index in (*range(earlier + 1, later), later):
        step = steps[index]
        if index == later or not _is_set(step.happens_before, earlier):
            if not step.happens_before & taken:
                first.append(step.path)
            taken |= 1 << index
    return first


def _is_set(mask: int, bit: int) -> bool:
    return bool(mask >> bit & 1)
