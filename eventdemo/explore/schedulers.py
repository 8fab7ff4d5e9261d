"""Schedulers that follow a script, a random source or the latencies. `search.py` and `reduction.py` hold others."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Self

from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.steps import AccessSet, Path

CHANGED = "If the program has changed since, explore it again."


def explored_loop() -> ControlledLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, ControlledLoop)
    return loop


class BadScheduleError(ValueError):
    """The experiment has no such schedule."""


class ReplayScheduler:
    """Follows a list of choices, then always takes the first option. A choice without an option is an error."""

    def __init__(self, choices: Sequence[int], places: list[str] | None = None) -> None:
        self._choices = choices
        self._made = 0
        self._places = places
        """Gets the line at which each chosen task waited, if it is given."""

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        made, available = self._made, len(options)
        choice = self._choices[made] if made < len(self._choices) else 0
        if choice >= available:
            options_are = "is only one option" if available == 1 else f"are only {available} options"
            raise BadScheduleError(
                f"Choice {made + 1} of the schedule is number {choice}, but there {options_are}. {CHANGED}"
            )
        self._made += 1
        if self._places is not None:
            self._places.append(explored_loop().place_of(options[choice]))
        return choice

    def check_used_up(self) -> None:
        """Raise an error if the program ended before the script did."""
        if len(self._choices) > self._made:
            raise BadScheduleError(
                f"The schedule has {len(self._choices)} choices, but the program ends after {self._made}. {CHANGED}"
            )


class RandomScheduler:
    """Takes each choice from a function, such as `Random(7).randrange` or one that lets Hypothesis draw and shrink."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw

    @classmethod
    def seeded(cls, seed: int) -> Self:
        return cls(Random(seed).randrange)  # noqa: S311 - reproducible, not secret

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        return self._draw(len(options)) if len(options) > 1 else 0


class LatencyScheduler:
    """Ends the sleep with the earliest deadline; ties go to the one that began first, as in the simulator.

    Use it with a loop that is `timed`, on a testbed with the simulator's latencies.
    """

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        ends = [*map(explored_loop().ends_at, options)]
        return ends.index(min(ends))
