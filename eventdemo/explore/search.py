"""Every schedule once, depth-first; those that differ only in the order of independent steps count as one.

Two steps are independent if neither writes what the other touches. Once one of two independent steps was tried first,
trying the other first ends in the same place, so the one is put to sleep below the other (sleep sets: P. Godefroid,
"Partial-Order Methods for the Verification of Concurrent Systems", 1996). Assumed: steps meet only in what they touch,
and in tasks that they cancel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eventdemo.explore.loop import NOTHING, Path, Touched


class RedundantError(Exception):
    """Every option here leads to a schedule that was seen already, up to the order of independent steps."""


@dataclass(slots=True)
class _Node:
    """One choice on the current schedule: what was possible, what was tried, and what need not be."""

    options: Sequence[Path]
    asleep: dict[Path, Touched]
    chosen: int = -1
    tried: dict[Path, Touched] = field(default_factory=dict)

    def next_choice(self) -> bool:
        """Move on to the next option worth trying; tell whether there is one."""
        for index in range(self.chosen + 1, len(self.options)):
            if self.options[index] not in self.asleep:
                self.chosen = index
                return True
        return False


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
        self._begun = False

    def more(self) -> bool:
        """Prepare the next run; tell whether there is a schedule left to try."""
        self._depth = 0
        if not self._begun:
            self._begun = True
            return True
        while self._nodes:
            if self._nodes[-1].next_choice():
                self._noted = len(self._nodes) - 1
                return True
            self._nodes.pop()
        return False

    def choose(self, options: Sequence[Path], touched: Touched) -> int:
        """Follow the schedule under way, then extend it by the first option worth trying."""
        if self._depth > self._noted:
            self._note(touched)
        if self._depth == len(self._nodes):
            node = _Node(options, self._asleep_below())
            if not node.next_choice():
                raise RedundantError
            self._nodes.append(node)
        self._depth += 1
        return self._nodes[self._depth - 1].chosen

    def ended(self, touched: Touched) -> None:
        """Note what the last step of a run touched."""
        if self._depth > self._noted:
            self._note(touched)

    def _note(self, touched: Touched) -> None:
        node = self._nodes[self._depth - 1]
        node.tried[node.options[node.chosen]] = touched
        self._noted = self._depth

    def _asleep_below(self) -> dict[Path, Touched]:
        """Return which tasks need not go next: they were tried before the last step, and do not depend on it."""
        if not (self._reduce and self._depth):
            return {}
        above = self._nodes[self._depth - 1]
        if not above.asleep and len(above.tried) == 1:
            return {}
        step = above.options[above.chosen]
        mine = above.tried[step]
        known = {**above.asleep, **above.tried}
        return {
            task: seen
            for task, seen in known.items()
            if task != step and (task, True) not in mine and (step, True) not in seen and independent(seen, mine)
        }


def independent(one: Touched, other: Touched) -> bool:
    """Tell whether two steps give the same result in either order: neither writes what the other touches."""
    if one is NOTHING or other is NOTHING:
        return True
    return not any(a == b and (a_written or b_written) for a, a_written in one for b, b_written in other)
