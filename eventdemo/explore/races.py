"""Which two steps of a schedule raced: they depend on each other, and nothing else made the one come before the other.

To see everything it is enough to try each race the other way round, of the tasks that could have gone first only one
that comes before all it depends on (source sets: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic
Partial Order Reduction", 2014).
"""

from collections.abc import Iterator, Sequence

from eventdemo.explore.steps import ANYTHING, NOTHING, Path, Touched

Reversal = tuple[int, list[Path]]
"""A place in the schedule, and tasks of which one has to be tried there."""


class Place:
    """One choice of a schedule, and the step that followed it."""

    __slots__ = ("before", "born", "options", "path", "touched")

    def __init__(self, options: Sequence[Path], above: "Place | None", depth: int) -> None:
        self.options = options
        self.path: Path = ()
        """The task that was chosen."""
        self.touched: Touched = NOTHING
        self.before = 0
        """Which earlier steps have to come before this one: bit n stands for step n."""
        self.born = dict.fromkeys(options, depth) if above is None else above.still_waiting(options, depth)
        """Since which place each option has been waiting: the step before that one made it wait."""

    def still_waiting(self, options: Sequence[Path], depth: int) -> dict[Path, int]:
        """Return since when the options of the next place have been waiting."""
        gone = {self.path, *(resource for resource, cancelled in self.touched if cancelled)}
        return {path: depth if path in gone else self.born.get(path, depth) for path in options}

    def meets(self, task: Path, touched: Touched) -> bool:
        """Tell whether this step and one of another task depend on each other."""
        if task == self.path or _cancels(self.touched, task) or _cancels(touched, self.path):
            return True
        return not independent(touched, self.touched)


def _cancels(touched: Touched, task: Path) -> bool:
    """Tell whether a step cancelled a task, or came too late for it."""
    return (task, True) in touched or (task, False) in touched


def independent(one: Touched, other: Touched) -> bool:
    """Tell whether two steps give the same result in either order: neither writes what the other touches."""
    if (ANYTHING, True) in one or (ANYTHING, True) in other:
        return False
    if one is NOTHING or other is NOTHING:
        return True
    return not any(a == b and (a_written or b_written) for a, a_written in one for b, b_written in other)


def cut_short(steps: Sequence[Place]) -> Iterator[Reversal]:
    """Yield who could still have gone on when the last step ended the program."""
    if steps:
        for task in steps[-1].options:
            if task != steps[-1].path:
                yield len(steps) - 1, [task]


def races(steps: Sequence[Place], new: int) -> Iterator[Reversal]:
    """Yield what to try because of steps from `new` on; it also fills in what comes before each of them."""
    for index in range(new, len(steps)):
        step = steps[index]
        step.before = _caused_by(steps, index)
        for earlier in reversed(range(index)):
            if not _has(step.before, earlier) and steps[earlier].meets(step.path, step.touched):
                yield earlier, _could_go_first(steps, earlier, index)
                step.before |= steps[earlier].before | 1 << earlier


def _caused_by(steps: Sequence[Place], index: int) -> int:
    """Return the steps that had to happen for a task to be waiting here: the one that made it wait, and its own."""
    step = steps[index]
    cause = step.born[step.path] - 1
    own = next((place for place in reversed(range(index)) if steps[place].path == step.path), -1)
    return _with_all_before(steps, cause) | _with_all_before(steps, own)


def _with_all_before(steps: Sequence[Place], index: int) -> int:
    return 0 if index < 0 else steps[index].before | 1 << index


def _could_go_first(steps: Sequence[Place], earlier: int, later: int) -> list[Path]:
    """Return the tasks with which a schedule could begin, at the place of the earlier step, that has the later first.

    These are steps up to the later one that need not wait for the earlier one, nor for each other.
    """
    first, taken = [], 0
    for index in (*range(earlier + 1, later), later):
        step = steps[index]
        if index == later or not _has(step.before, earlier):
            if not step.before & taken:
                first.append(step.path)
            taken |= 1 << index
    return first


def _has(mask: int, bit: int) -> bool:
    return bool(mask >> bit & 1)
