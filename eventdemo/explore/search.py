"""Depth-first search over all schedules; those that differ only in the order of independent steps count as one.

Assumed: steps depend on each other only through the resources that they access and the tasks that they cancel. If two
dependent steps raced, the search also reverses them (`races.py`). If two steps are independent, both orders have the
same result, so one joins the sleep set of the nodes below (P. Godefroid, "Partial-Order Methods for Concurrent
Systems", 1996).
"""

from collections.abc import Iterable, Sequence

from eventdemo.explore.races import ChoicePoint, Reversal, cancelled_races, races
from eventdemo.explore.steps import (
    ANYTHING,
    EMITTER_PATH,
    EVERY_ORDER,
    NO_PREFIX,
    NOTHING,
    AccessSet,
    NotDeterministicError,
    Path,
    Prefix,
)


class SleepSetBlockedError(Exception):
    """Every option is in the sleep set, so the rest of this schedule would be redundant."""


class CannotReduceError(Exception):
    """A step may depend on another in a way that no access shows, so every order has to run."""


class _Node(ChoicePoint):
    """One choice on the current schedule, with the options to explore, those explored, and those that are redundant."""

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
        """Move on to the next option to explore; return whether there is one."""
        for index, path in enumerate(self.options):
            if path in self.backtrack_set and path not in self.explored and path not in self.sleep_set:
                self.chosen, self.path = index, path
                return True
        return False

    def add_backtrack(self, paths: Sequence[Path]) -> None:
        """Make sure that one of these options is explored: the last one, if none is in the sets already."""
        if not any(path in self.backtrack_set or path in self.sleep_set for path in paths):
            self.backtrack_set.add(paths[-1])


class Exhaustive:
    """A scheduler that runs all schedules, one after another.

    Use it as `while search.more(): run(search)`, and call `ended` with the accesses of the last step after each run.
    """

    def __init__(self, *, reduce: bool = True) -> None:
        self._reduce = self.reduces = reduce
        self._nodes: list[_Node] = []
        self._depth = 0
        self._noted = 0
        """How many nodes have the accesses of their chosen step: all but the last, after `more`."""
        self._new = 0
        """The first node whose choice differs from the previous run."""
        self._begun = False
        self._opening = NOTHING
        """The accesses before the first choice."""
        self._cancels = False
        """Whether some step cancels a task: the rest of that task is in no schedule, so no race can show it."""

    def more(self) -> bool:
        """Prepare the next run; return whether a schedule is left."""
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

    def current_choices(self) -> tuple[int, ...]:
        return tuple(node.chosen for node in self._nodes)

    def prefix(self) -> Prefix:
        """Return the choices that the next run repeats; the loop does not need the scheduler for them."""
        nodes = self._nodes[:-1]
        if not nodes:
            return NO_PREFIX
        self._depth = len(nodes)
        paths = [node.path for node in nodes]
        steps = [(EMITTER_PATH, self._opening), *[(node.path, node.accesses) for node in nodes[:-1]]]
        return Prefix([node.chosen for node in nodes], [len(node.options) for node in nodes], paths, steps)

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Follow the current schedule, then extend it by the first option to explore."""
        if not self._depth:
            self._opening = accesses
            self._check_reduction(accesses)
        elif self._depth > self._noted:
            self._record_accesses(accesses)
        if self._depth == len(self._nodes):
            self._nodes.append(self._new_node(options))
        elif self._nodes[self._depth].options != options:
            raise NotDeterministicError
        self._depth += 1
        return self._nodes[self._depth - 1].chosen

    def ended(self, accesses: AccessSet) -> None:
        if self._depth < len(self._nodes):
            raise NotDeterministicError
        if self._depth > self._noted:
            self._record_accesses(accesses)
        self._reverse_races()
        if self._reduce:
            self._add_backtracks(cancelled_races(self._nodes))

    def _new_node(self, options: Sequence[Path]) -> _Node:
        above = self._nodes[-1] if self._nodes else None
        node = _Node(options, self._sleep_set_below(), above if self._reduce else None, self._depth)
        unblocked = [path for path in options if path not in node.sleep_set] if node.sleep_set else options
        if not unblocked:
            self._reverse_races()
            raise SleepSetBlockedError
        node.backtrack_set.update(unblocked[:1] if self._reduce and not self._cancels else unblocked)
        node.next_choice()
        return node

    def _record_accesses(self, accesses: AccessSet) -> None:
        node = self._nodes[self._depth - 1]
        node.accesses = node.explored[node.path] = accesses
        self._noted = self._depth
        if accesses and self._reduce:
            self._check_reduction(accesses)
            self._weaken_reduction(accesses)

    def _check_reduction(self, accesses: AccessSet) -> None:
        if self._reduce and (EVERY_ORDER, True) in accesses:
            raise CannotReduceError

    def _weaken_reduction(self, accesses: AccessSet) -> None:
        """Omit fewer schedules because of a step's accesses."""
        if (ANYTHING, True) in accesses:  # an earlier step took what this one waits for, undeclared
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
        """Return the tasks that need not go next: explored before the last step, and independent of it."""
        if not (self._reduce and self._depth):
            return {}
        above = self._nodes[self._depth - 1]
        if not above.sleep_set and len(above.explored) == 1:
            return {}
        known = {**above.sleep_set, **above.explored}
        return {task: seen for task, seen in known.items() if not above.depends_on(task, seen)}
