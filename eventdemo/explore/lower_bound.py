"""A lower bound on the number of schedules, computed from those that ran."""

from collections.abc import Iterable

Choices = tuple[int, ...]
Widths = tuple[int, ...]


def at_least(schedules: Iterable[tuple[Choices, Widths]]) -> int:
    """Count the given schedules, plus one for each option that none of them takes.

    Every option leads to a schedule, and no two options lead to the same one, so a choice among three adds two.
    """
    ways: dict[tuple[int, int], int] = {}
    """The tree of these schedules: (node, choice) leads to the next node; 0 is the root."""
    options: dict[int, int] = {}
    """The number of options at each node."""
    for choices, widths in schedules:
        node = 0
        for choice, width in zip(choices, widths, strict=True):
            options[node] = width
            node = ways.setdefault((node, choice), len(ways) + 1)
    return 1 + sum(width - 1 for width in options.values())
