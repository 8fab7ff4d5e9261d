"""A guarantee: a statement about order, and a short program to run under every schedule.

It contains no verdict, because `verdict.py` computes that.
"""

from collections.abc import Callable
from dataclasses import dataclass

from eventdemo.explore import Experiment
from eventdemo.explore.experiment import Play

ALL = ("sync", "sequential", "awaited", "bounded:2", "detached")
"""The strategies. With two slots, three listeners are enough to have to wait for one."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """An experiment, and the strategies under which its claim gets a verdict."""

    experiment: Experiment
    strategies: tuple[str, ...]


def guarantee(name: str, claim: str, *, outcome: str, under: tuple[str, ...] = ALL) -> Callable[[Play], Guarantee]:
    """Make a guarantee of a program. Its claim holds if the program returns `outcome`."""

    def make(play: Play) -> Guarantee:
        return Guarantee(Experiment(name, claim, play, outcome.__eq__), under)

    return make
