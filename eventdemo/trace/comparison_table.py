"""A comparison as a table: coloured in a terminal, aligned plain text of at most 100 columns in a pipe or a file.

This is the only view that uses rich.
"""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eventdemo.trace.comparison import Comparison
from eventdemo.trace.naming import COLUMNS, clipped

_STYLES = {"best": "green", "worst": "bold red", "": ""}
_MIN_WIDTH, _APART = 8, 2


def show(comparison: Comparison, console: Console) -> None:
    """Print a comparison: coloured for a terminal, plain otherwise."""
    if console.is_terminal:
        console.print(table(comparison))
    else:
        console.out(plain(comparison), highlight=False, end="")


def table(comparison: Comparison) -> Table:
    """Return a table for a terminal, with the best and the worst cell of each row in colour."""
    made = Table(title=Text(comparison.title, "bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("")
    for strategy in comparison.strategies:
        made.add_column(Text(strategy), justify="right", no_wrap=True)
    for row in comparison.rows:
        made.add_row(Text(row.question), *(Text(cell.text, _STYLES[cell.tone]) for cell in row.cells))
    return made


def plain(comparison: Comparison, width: int = COLUMNS) -> str:
    """Return aligned lines of at most `width` columns; strategies that do not fit go into a second block."""
    questions = [clipped(row.question, width // 2) for row in comparison.rows]
    left = max(map(len, questions), default=0)
    blocks = []
    for chosen, columns in _blocks(comparison, width - left):
        names = [clipped(comparison.strategies[column], size) for column, size in zip(chosen, columns, strict=True)]
        lines = [_line("", left, names, columns), "-" * (left + sum(columns) + _APART * len(columns))]
        for question, row in zip(questions, comparison.rows, strict=True):
            cells = [clipped(row.cells[column].text, size) for column, size in zip(chosen, columns, strict=True)]
            lines.append(_line(question, left, cells, columns))
        blocks.append("\n".join(lines))
    return "\n\n".join([clipped(comparison.title, width), *blocks]) + "\n"


def _blocks(comparison: Comparison, room: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the strategies of each block, and the widths of their columns."""
    chosen: list[int] = []
    sizes: list[int] = []
    for index, strategy in enumerate(comparison.strategies):
        size = min(
            max(_MIN_WIDTH, len(strategy), *(len(row.cells[index].text) for row in comparison.rows)), room - _APART
        )
        if chosen and sum(sizes) + size + _APART * (len(sizes) + 1) > room:
            yield chosen, sizes
            chosen, sizes = [], []
        chosen.append(index)
        sizes.append(size)
    if chosen:
        yield chosen, sizes


def _line(question: str, left: int, cells: list[str], sizes: list[int]) -> str:
    aligned = (" " * _APART + cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
    return (question.ljust(left) + "".join(aligned)).rstrip()
