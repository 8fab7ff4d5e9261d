"""The axis: a tick at each step, times where something ended, and the durations of shortened gaps."""

from collections.abc import Iterator, Sequence

from eventdemo.trace.axis import Axis, Gap
from eventdemo.trace.svg.elements import Element, line, words
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.text_metrics import text_width
from eventdemo.trace.units import duration, instant

SIZE = 10.5
_APART = 12
"""The least gap between two times."""
Extent = tuple[float, float]
"""Where a label begins and ends."""


def height(axis: Axis) -> int:
    return 42 if axis.gaps() else 26


def axis_marks(frame: Frame, y: float) -> Iterator[Element]:
    """Draw the axis with its baseline at `y`, the times above it, and the durations of gaps above those."""
    muted, chosen = frame.theme.muted, _chosen(frame)
    yield from _baseline(frame, y)
    for x in map(frame.at, frame.axis.cells):
        yield line(x, y - (5 if x in chosen else 3), x, y, muted)
    for x, label in sorted(chosen.items()):
        anchor = "end" if _at_edge(x, label, frame) else "middle"
        yield words(x, y - 9, label, size=SIZE, fill=muted, text_anchor=anchor)
    yield from _gaps(frame, y - 25)


def grid(frame: Frame, top: float, bottom: float) -> list[Element]:
    return [line(x, top, x, bottom, frame.theme.grid) for x in sorted(_chosen(frame))]


def _chosen(frame: Frame) -> dict[float, str]:
    """Choose the times to write: the first, the last, those at which something ended, then others that fit."""
    instants, ends = frame.axis.instants, frame.layout.ends()
    steps = list(zip(instants, frame.axis.cells, strict=True))
    steps.sort(key=lambda step: (step[0] not in {0, instants[-1]}, step[0] not in ends, step[0]))
    chosen: dict[float, str] = {}
    taken: list[Extent] = []
    for micros, cell in steps:
        x, label = frame.at(cell), instant(micros)
        if label not in chosen.values() and _fits(extent := _extent(x, label, frame), taken):
            chosen[x] = label
            taken.append(extent)
    return chosen


def _fits(extent: Extent, taken: Sequence[Extent]) -> bool:
    return all(extent[1] + _APART <= begins or ends + _APART <= extent[0] for begins, ends in taken)


def _extent(x: float, label: str, frame: Frame) -> Extent:
    width = text_width(label, SIZE)
    return (x - width, x) if _at_edge(x, label, frame) else (x - width / 2, x + width / 2)


def _at_edge(x: float, label: str, frame: Frame) -> bool:
    return x + text_width(label, SIZE) / 2 > frame.width - frame.pad + 4


def _baseline(frame: Frame, y: float) -> Iterator[Element]:
    """Draw the baseline, dashed where the axis is shortened."""
    reached = 0
    for gap in frame.axis.gaps():
        yield line(frame.at(reached), y, frame.at(gap.left), y, frame.theme.muted)
        yield line(frame.at(gap.left), y, frame.at(gap.right), y, frame.theme.muted, stroke_dasharray="2 3")
        reached = gap.right
    yield line(frame.at(reached), y, frame.at(frame.axis.length), y, frame.theme.muted)


def _gaps(frame: Frame, y: float) -> Iterator[Element]:
    """Write the durations of the largest gaps above them."""
    taken: list[Extent] = []
    for gap in sorted(frame.axis.gaps(), key=lambda gap: -gap.micros):
        label = f"\N{MIDLINE HORIZONTAL ELLIPSIS} {duration(gap.micros / 1e6)}"
        left, right = _over(gap, label, frame)
        if _fits((left, right), taken):
            taken.append((left, right))
            yield words((left + right) / 2, y, label, size=SIZE, fill=frame.theme.muted, text_anchor="middle")


def _over(gap: Gap, label: str, frame: Frame) -> Extent:
    """Return where the text above a gap begins and ends: centred, but inside the picture."""
    half, centre = text_width(label, SIZE) / 2, (frame.at(gap.left) + frame.at(gap.right)) / 2
    centre = min(max(centre, frame.pad + half), frame.width - frame.pad - half)
    return centre - half, centre + half
