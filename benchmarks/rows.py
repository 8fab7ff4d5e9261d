"""One line of the table of measurements, and how two things are timed side by side."""
# ruff: noqa: INP001 - `python -m benchmarks.emit` finds it as part of a namespace

from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """What was measured against which peer, what ratio was wanted and what it was."""

    what: str
    goal: str
    ratio: float
    met: bool


def table(rows: list[Row]) -> str:
    """Write rows as a Markdown table."""
    lines = ["| what | goal | measured | met |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.goal} | {figure(row.ratio)} | {'yes' if row.met else 'no'} |" for row in rows]
    return "\n".join(lines)


def figure(ratio: float) -> str:
    """Write a ratio with the digits that say something."""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def seconds(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Return the best time of each side. Rounds alternate, so that a busy moment of the machine falls on both."""
    times = [(ours(), theirs()) for _ in range(rounds)]
    return min(our_time for our_time, _ in times), min(their_time for _, their_time in times)
