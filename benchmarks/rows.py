"""One row of the results table, and how to time two things side by side."""
# ruff: noqa: INP001 - `python -m benchmarks.emit` finds it as part of a namespace

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple


class Row(NamedTuple):
    """What was measured, its goal, the ratio or rate, and whether it meets the goal."""

    what: str
    goal: str
    ratio: float
    met: bool


def measure(name: str) -> tuple[list[Row], list[str]]:
    """Return the rows and the notes of the module with this name."""
    module = import_module(f"benchmarks.{name}")
    return module.rows(), module.notes() if hasattr(module, "notes") else []


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| what | goal | measured | met |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.goal} | {figure(row.ratio)} | {'yes' if row.met else 'no'} |" for row in rows]
    return "\n".join(lines)


def figure(ratio: float) -> str:
    """Return a ratio with its significant digits."""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def part_of(number: int, share: float) -> int:
    """Return this share of a number of repetitions, and at least one: a test measures with a tiny share."""
    return max(1, round(number * share))


def seconds(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Return the best time of each side. The rounds alternate, so a busy moment of the machine affects both sides."""
    times = [(ours(), theirs()) for _ in range(rounds)]
    return min(our_time for our_time, _ in times), min(their_time for _, their_time in times)
