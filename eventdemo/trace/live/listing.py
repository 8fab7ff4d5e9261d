"""The code beside a picture: the functions that its spans came to, and the lines at which each mark stands.

The text comes from the files that ran, so a trace that was stored as JSON has no code.
"""

import ast
import linecache
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lanes import Bar
from eventdemo.trace.layout import panels_of
from eventdemo.trace.lines import Line
from eventdemo.trace.segments import Segment
from eventdemo.trace.source_text import Row, without_docstrings
from eventdemo.trace.units import to_micros

ROOT = Path(__file__).parents[3]
Extent = tuple[int, int, int]
"""The first line of a function, with its decorators; the line of its `def`; its last line."""


class Listing:
    """The functions around some lines, file by file. A row is known by its function's index and its own number."""

    def __init__(self, lines: Iterable[Line]) -> None:
        lines = [*lines]
        found = {(line.file, extent) for line in lines if (extent := _extent(line))}
        outermost = [one for one in found if not any(_is_inside(one, other) for other in found)]
        files = [*dict.fromkeys(line.file for line in lines)]
        self._functions = sorted(outermost, key=lambda one: (files.index(one[0]), one[1]))

    def row(self, line: Line | None) -> str | None:
        """Return the row of a line, `0:41`, or None if its source is unknown; a decorator's row is the `def`."""
        for index, (file, (first, begin, last)) in enumerate(self._functions):
            if line is not None and line.file == file and first <= line.number <= last:
                return f"{index}:{max(line.number, begin)}"
        return None

    def rows(self, lines: Iterable[Line]) -> list[str]:
        return list(dict.fromkeys(row for line in lines if (row := self.row(line))))

    def data(self) -> list[dict[str, Any]]:
        return [{"file": _name(file), "rows": _rows(file, extent)} for file, extent in self._functions]

    def marks(self, excerpts: Iterable[Excerpt]) -> list[dict[str, Any]]:
        """Return for each panel of a picture the rows of each mark and of its segments, by the number of the span."""
        return [
            {str(bar.span.id): self._mark(bar) for lane in panel.lanes for bar in lane.bars}
            for panel in panels_of([*excerpts])
        ]

    def _mark(self, bar: Bar) -> dict[str, Any]:
        segments = [self.rows(_during(bar, segment)) for segment in bar.segments]
        return {"rows": self.rows(bar.span.lines), "segments": segments}


def _during(bar: Bar, segment: Segment) -> Iterator[Line]:
    """Yield the line at which a segment of a bar begins, and those at which it waits later."""
    if (line := bar.span.lines.at(segment.start)) is not None:
        yield line
    yield from (line for line in bar.span.lines if segment.start < to_micros(line.time) < segment.end)


def _extent(line: Line) -> Extent | None:
    """Return the innermost function around a line, or the statement at the top of its file."""
    extents = _extents("".join(linecache.getlines(line.file)))
    around = [extent for extent in extents if extent[0] <= line.number <= extent[2]]
    return min(around, key=lambda extent: extent[2] - extent[0], default=None)


@cache
def _extents(text: str) -> tuple[Extent, ...]:
    try:
        module = ast.parse(text)
    except SyntaxError:  # the file has changed since it ran
        return ()
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    statements = [node for node in module.body if not isinstance(node, ast.ClassDef)]
    return tuple(
        (
            min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))]),
            node.lineno,
            node.end_lineno or node.lineno,
        )
        for node in (*functions, *statements)
    )


def _is_inside(one: tuple[str, Extent], other: tuple[str, Extent]) -> bool:
    (file, inner), (elsewhere, outer) = one, other
    return file == elsewhere and inner != outer and outer[0] <= inner[0] and inner[2] <= outer[2]


def _rows(file: str, extent: Extent) -> list[Row]:
    first, _, last = extent
    return without_docstrings("".join(linecache.getlines(file)[first - 1 : last]), first)


def _name(file: str) -> str:
    """Return the file's path in this project, or the name of another file; a notebook's cell is no file."""
    if "ipykernel" in file or file.startswith("<ipython"):
        return "this notebook"
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
