"""The axis: a tick at each step, labels where they fit, and what the compressed gaps hide."""

from collections.abc import Iterator

from eventdemo.views.axis import Axis
from eventdemo.views.svg.elements import Element, line, text_width, words
from eventdemo.views.svg.frame import Frame
from eventdemo.views.units import duration

_MOST_LINES = 24


def height(axis: Axis) -> int:
    """Return the room that the axis needs above its baseline."""
    return 42 if axis.gaps() else 26


def axis_marks(axis: Axis, frame: Frame, y: float) -> list[Element]:
    """Draw the axis with its baseline at `y`: times above, compressed gaps above those."""
    theme = frame.theme
    baseline = line(frame.left, y, frame.at(axis, axis.length), y, theme.muted, stroke_width=1)
    ticks = [line(x, y - 4, x, y, theme.muted) for x in (frame.at(axis, cell) for cell in axis.cells)]
    return [baseline, *ticks, *_times(axis, frame, y - 8), *_gaps(axis, frame, y - 24)]


def grid(axis: Axis, frame: Frame, top: float, bottom: float) -> list[Element]:
    """Draw a faint line at each step; where they are many, at the labelled ones only."""
    labelled = [x for x, _, _ in _labelled(axis, frame)]
    places = [frame.at(axis, cell) for cell in axis.cells] if len(axis.cells) <= _MOST_LINES else labelled
    return [line(x, top, x, bottom, frame.theme.grid, stroke_width=1) for x in places]


def _times(axis: Axis, frame: Frame, y: float) -> Iterator[Element]:
    for x, said, anchor in _labelled(axis, frame):
        yield words(x, y, said, size=10.5, fill=frame.theme.muted, text_anchor=anchor)


def _labelled(axis: Axis, frame: Frame) -> Iterator[tuple[float, str, str]]:
    """Yield place, label and anchor of the first and the last step, and of each between them that has room."""
    last, last_said = frame.at(axis, axis.cells[-1]), duration(axis.instants[-1] / 1e6)
    limit = last - text_width(last_said, 10.5) * (1 if frame.narrow else 0.5) - 6
    reached = 0.0
    for micros, cell in zip(axis.instants[:-1], axis.cells[:-1], strict=True):
        x, said = frame.at(axis, cell), duration(micros / 1e6) if micros else "0"
        half = text_width(said, 10.5) / 2
        if x - half > reached and x + half < limit:
            yield x, said, "middle"
            reached = x + half + 6
    yield last, last_said, "end" if frame.narrow else "middle"


def _gaps(axis: Axis, frame: Frame, y: float) -> Iterator[Element]:
    reached = 0.0
    for gap in axis.gaps():
        left, right = frame.at(axis, gap.left), frame.at(axis, gap.right)
        said = f"\N{MIDLINE HORIZONTAL ELLIPSIS} {duration(gap.micros / 1e6)}"
        half, centre = text_width(said, 10.5) / 2, (left + right) / 2
        if centre - half > reached:
            yield line(left + 2, y + 4, right - 2, y + 4, frame.theme.muted, stroke_dasharray="2 2")
            yield words(centre, y, said, size=10.5, fill=frame.theme.muted, text_anchor="middle", font_style="italic")
            reached = centre + half + 6
