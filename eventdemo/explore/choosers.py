"""Who decides what happens next: the clock, chance, a script, or Hypothesis. `search.py` has the exhaustive one."""

from collections.abc import Callable, Sequence
from random import Random

from eventdemo.explore.loop import Access, Option


class BadScheduleError(ValueError):
    """A schedule that this experiment does not have."""


class Scripted:
    """Follows a list of choices, then always takes the first option; a choice that does not exist is an error."""

    def __init__(self, choices: Sequence[int]) -> None:
        self._choices = list(choices)
        self.made: list[int] = []

    def choose(self, options: Sequence[Option], touched: frozenset[Access]) -> int:
        """Return the next choice of the script."""
        made = len(self.made)
        choice = self._choices[made] if made < len(self._choices) else 0
        if choice >= len(options):
            message = f"Choice {made + 1} of the schedule is option {choice}, but there are only {len(options)}."
            raise BadScheduleError(message)
        self.made.append(choice)
        return choice


class Drawn:
    """Asks a function for each choice: `Random(7).randrange`, or one that lets Hypothesis draw and shrink."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw
        self.made: list[int] = []

    def choose(self, options: Sequence[Option], touched: frozenset[Access]) -> int:
        """Return a drawn choice; where there is only one option, nothing is drawn."""
        choice = self._draw(len(options)) if len(options) > 1 else 0
        self.made.append(choice)
        return choice


def by_chance(seed: int) -> Drawn:
    """Return a chooser that takes any option with equal chance."""
    return Drawn(Random(seed).randrange)  # noqa: S311 - chance, not secrecy
