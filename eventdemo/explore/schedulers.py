"""Who decides what happens next: a script, chance, Hypothesis, or latency. `search.py` has the exhaustive one."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Self

from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.steps import AccessSet, Path


class BadScheduleError(ValueError):
    """A schedule that this experiment does not have."""


class ReplayScheduler:
    """Follows a list of choices, then always takes the first option; a choice that does not exist is an error."""

    def __init__(self, choices: Sequence[int]) -> None:
        self._choices = choices
        self._made = 0

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Return the next choice of the script."""
        made, there = self._made, len(options)
        choice = self._choices[made] if made < len(self._choices) else 0
        if choice >= there:
            is_there = "is only one option" if there == 1 else f"are only {there} options"
            raise BadScheduleError(f"Choice {made + 1} of the schedule is number {choice}, but there {is_there}.")
        self._made += 1
        return choice

    def check_used_up(self) -> None:
        """Say so if the program ended before the script did."""
        if len(self._choices) > self._made:
            raise BadScheduleError(
                f"The schedule has {len(self._choices)} choices, but the program ends after {self._made}."
            )


class RandomScheduler:
    """Asks a function for each choice: `Random(7).randrange`, or one that lets Hypothesis draw and shrink."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw

    @classmethod
    def seeded(cls, seed: int) -> Self:
        """Return a scheduler that takes each option with equal probability."""
        return cls(Random(seed).randrange)  # noqa: S311 - chance, not secrecy

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Return a drawn choice; where there is only one option, nothing is drawn."""
        return self._draw(len(options)) if len(options) > 1 else 0


class LatencyScheduler:
    """Lets the sleep end whose time is over first, and of equals the one that began first: as the simulator does.

    It is for a loop that is `timed`, on a stage whose latencies are those of the simulator.
    """

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        """Return the option with the earliest end."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ControlledLoop)
        ends = [loop.ends_at(path) for path in options]
        return ends.index(min(ends))
