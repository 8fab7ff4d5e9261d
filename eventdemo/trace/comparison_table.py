"""A comparison as a table: coloured in a terminal, aligned plain text of at most 100 columns in a pipe or a file.

This is the only view that uses rich.
"""

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
    blocks: list[list[list[str]]] = []
    for index, strategy in enumerate(comparison.strategies):
        column = _column([strategy, *(row.cells[index].text for row in comparison.rows)], width - left)
        if not blocks or _width([*blocks[-1], column]) > width:
            blocks.append([[text.ljust(left) for text in ("", *questions)]])
        blocks[-1].append(column)
    return "\n\n".join([clipped(comparison.title, width), *map(_lines, blocks)]) + "\n"


def _column(cells: list[str], room: int) -> list[str]:
    """Return the cells of a column, all as wide as the longest one that fits, after a gap."""
    size = min(max(_MIN_WIDTH, *map(len, cells)), room - _APART)
    return [" " * _APART + clipped(cell, size).rjust(size) for cell in cells]


def _width(columns: list[list[str]]) -> int:
    return sum(len(column[0]) for column in columns)


def _lines(columns: list[list[str]]) -> str:
    """Return columns beside each other, with a rule below their heads."""
    heads, *rows = ("".join(cells).rstrip() for cells in zip(*columns, strict=True))
    return "\n".join([heads, "-" * _width(columns), *rows])
