"""A guarantee: a statement about order, and the short program that any order may be tried on.

No verdict is written down anywhere: `verdict.py` computes it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from eventdemo.explore import Experiment
from eventdemo.explore.experiment import Play

ALL = ("sync", "sequential", "awaited", "bounded:2", "detached")
"""The strategies; two places are few enough for three listeners to get in each other's way."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A claim, as an experiment, and the strategies that it is judged under."""

    experiment: Experiment
    strategies: tuple[str, ...]


def guarantee(name: str, claim: str, *, outcome: str, under: tuple[str, ...] = ALL) -> Callable[[Play], Guarantee]:
    """Make a guarantee of a program; the claim holds if its outcome is `ends`."""

    def make(play: Play) -> Guarantee:
        return Guarantee(Experiment(name, claim, play, outcome.__eq__), under)

    return make
