"""Every schedule once, depth-first; those that differ only in the order of independent steps count as one.

Assumed: steps meet only in what they touch and in tasks that they cancel. Of two that depend on each other and raced,
the one that came second is also tried first (`races.py`). Of two that do not, trying the other first ends in the same
place, so the one sleeps below it (P. Godefroid, "Partial-Order Methods for Concurrent Systems", 1996).
"""

from collections.abc import Iterable, Sequence

from eventdemo.explore.races import ChoicePoint, Reversal, cancelled_races, races
from eventdemo.explore.steps import ANYTHING, EMITTER_PATH, NO_PREFIX, NOTHING, AccessSet, Path, Prefix


class SleepSetBlockedError(Exception):
    """Every option here leads to a schedule that was seen already, up to the order of independent steps."""


class _Node(ChoicePoint):
    """One choice on the current schedule: what was possible, what was tried, and what need not be."""

    __slots__ = ("backtrack_set", "chosen", "explored", "sleep_set")

    def __init__(
        self, options: Sequence[Path], sleep_set: dict[Path, AccessSet], above: "_Node | None", depth: int
    ) -> None:
        super().__init__(options, above, depth)
        self.sleep_set = sleep_set
        self.explored: dict[Path, AccessSet] = {}
        self.backtrack_set: set[Path] = set()
        self.chosen = -1

    def next_choice(self) -> bool:
        """Move on to the next option that is to be tried; tell whether there is one."""
        for index, path in enumerate(self.options):
            if path in self.backtrack_set and path not in self.explored and path not in self.sleep_set:
                self.chosen, self.path = index, path
                return True
        return False

    def add_backtrack(self, paths: Sequence[Path]) -> None:
        """See to it that one of these options is tried, the last if none is chosen or covered already."""
        if not any(path in self.backtrack_set or path in self.sleep_set for path in paths):
            self.backtrack_set.add(paths[-1])


class Exhaustive:
    """A chooser that goes through all schedules, one run after another.

    `while search.more(): run(search)`; tell it `ended` after each run, so that it knows what the last step touched.
    """

    def __init__(self, *, reduce: bool = True) -> None:
        self._reduce = reduce
        self._nodes: list[_Node] = []
        self._depth = 0
        self._noted = 0
        """How many nodes know what their chosen step touched: all but the last, after `more`."""
        self._new = 0
        """The first node whose choice is another one than in the run before."""
        self._begun = False
        self._opening = NOTHING
        """The accesses before the first choice."""
        self._cancels = False
        """Whether some step cancels a task. What that task would have done is in no schedule, so no race shows it."""

    def more(self) -> bool:
        """Prepare the next run; tell whether there is a schedule left to try."""
        self._depth = 0
        if not self._begun:
            self._begun = True
            return True
        while self._nodes:
            if self._nodes[-1].next_choice():
                self._new = self._noted = len(self._nodes) - 1
                return True
            self._nodes.pop()
        return False

    def prefix(self) -> Prefix:
        """Return the choices that the next run makes as the run before did; the loop need not ask for them again."""
        nodes = self._nodes[:-1]
        if not nodes:
            return NO_PREFIX
        self._depth = len(nodes)
        paths = [node.path for node in nodes]
        steps = [(EMITTER_PATH, self._opening), *[(node.path, node.accesses) for node in nodes[:-1]]]
        return Prefix([node.chosen for node in nodes], [len(node.options) for node in nodes], paths, steps)

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Follow the schedule under way, then extend it by the first option worth trying."""
        if not self._depth:
            self._opening = accesses
        elif self._depth > self._noted:
            self._record_accesses(accesses)
        if self._depth == len(self._nodes):
            self._nodes.append(self._new_node(options))
        self._depth += 1
        return self._nodes[self._depth - 1].chosen

    def ended(self, accesses: AccessSet) -> None:
        """Note what the last step of a run touched."""
        if self._depth > self._noted:
            self._record_accesses(accesses)
        self._reverse_races()
        if self._reduce:
            self._add_backtracks(cancelled_races(self._nodes))

    def _new_node(self, options: Sequence[Path]) -> _Node:
        above = self._nodes[-1] if self._nodes else None
        node = _Node(options, self._sleep_set_below(), above if self._reduce else None, self._depth)
        awake = [path for path in options if path not in node.sleep_set] if node.sleep_set else options
        if not awake:
            self._reverse_races()
            raise SleepSetBlockedError
        node.backtrack_set.update(awake[:1] if self._reduce and not self._cancels else awake)
        node.next_choice()
        return node

    def _record_accesses(self, accesses: AccessSet) -> None:
        node = self._nodes[self._depth - 1]
        node.accesses = node.explored[node.path] = accesses
        self._noted = self._depth
        if accesses and self._reduce:
            self._weaken_reduction(accesses)

    def _weaken_reduction(self, accesses: AccessSet) -> None:
        """Leave out less because of what a step touched."""
        if (ANYTHING, True) in accesses:  # so an earlier step took what this one waits for, though it does not tell
            for above in self._nodes[: self._depth]:
                above.explored[above.path] = accesses
        if not self._cancels and any(isinstance(resource, tuple) for resource, _ in accesses):
            self._cancels = True
            for node in self._nodes:
                node.backtrack_set.update(node.options)

    def _reverse_races(self) -> None:
        if self._reduce:
            self._add_backtracks(races(self._nodes, self._new))

    def _add_backtracks(self, reversals: Iterable[Reversal]) -> None:
        for place, paths in reversals:
            self._nodes[place].add_backtrack(paths)

    def _sleep_set_below(self) -> dict[Path, AccessSet]:
        """Return which tasks need not go next: they were tried before the last step, and do not depend on it."""
        if not (self._reduce and self._depth):
            return {}
        above = self._nodes[self._depth - 1]
        if not above.sleep_set and len(above.explored) == 1:
            return {}
        known = {**above.sleep_set, **above.explored}
        return {task: seen for task, seen in known.items() if not above.depends_on(task, seen)}
