"""Who decides what happens next: a script, chance, or Hypothesis. `search.py` has the exhaustive one."""

from collections.abc import Callable, Sequence
from random import Random

from eventdemo.explore.loop import Path, Touched


class BadScheduleError(ValueError):
    """A schedule that this experiment does not have."""


class Scripted:
    """Follows a list of choices, then always takes the first option; a choice that does not exist is an error.

    `widths` tells how many options there were each time.
    """

    def __init__(self, choices: Sequence[int]) -> None:
        self._choices = choices
        self.widths: list[int] = []

    def choose(self, options: Sequence[Path], touched: Touched) -> int:
        """Return the next choice of the script."""
        made, there = len(self.widths), len(options)
        choice = self._choices[made] if made < len(self._choices) else 0
        if choice >= there:
            is_there = "is only one option" if there == 1 else f"are only {there} options"
            raise BadScheduleError(f"Choice {made + 1} of the schedule is number {choice}, but there {is_there}.")
        self.widths.append(there)
        return choice

    def check_used_up(self) -> None:
        """Say so if the program ended before the script did."""
        if len(self._choices) > len(self.widths):
            raise BadScheduleError(
                f"The schedule has {len(self._choices)} choices, but the program ends after {len(self.widths)}."
            )


class Drawn:
    """Asks a function for each choice: `Random(7).randrange`, or one that lets Hypothesis draw and shrink."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw

    def choose(self, options: Sequence[Path], touched: Touched) -> int:
        """Return a drawn choice; where there is only one option, nothing is drawn."""
        return self._draw(len(options)) if len(options) > 1 else 0


def by_chance(seed: int) -> Drawn:
    """Return a chooser that takes any option with equal chance."""
    return Drawn(Random(seed).randrange)  # noqa: S311 - chance, not secrecy
