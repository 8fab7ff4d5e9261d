"""Places the label at the end of a bar where there is room for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from eventdemo.trace.lanes import Bar
from eventdemo.trace.svg.elements import Element, haloed
from eventdemo.trace.svg.end_labels import STUB, WORD, EndLabel, end_labels
from eventdemo.trace.svg.frame import LABEL, NOTE
from eventdemo.trace.svg.rows import NOTE_BELOW, Placed
from eventdemo.trace.svg.text_metrics import text_width

_APART = 8


@dataclass(frozen=True)
class Room:
    """Where a bar begins and ends, and the empty part of its row."""

    begin: float
    end: float
    free_from: float
    free_to: float


def word(bar: Bar, room: Room, one: Placed) -> Iterator[Element]:
    """Write the label beside its mark, or above it; if there is no room, write only the letter of a lost delivery."""
    labels, theme = end_labels(bar, one.lane), one.frame.theme
    colour = theme.lost if bar.died else theme.of(bar.fate)
    write = partial(haloed, size=WORD, halo=theme.card, fill=colour, font_weight=600)
    beside = next((one for one in labels if room.end + one.width <= room.free_to), None)
    last = labels[-1]
    if not last.word:
        return
    if beside is not None:
        yield write(room.end + beside.begins, one.at(bar) + 4, beside.word)
    elif (above := _above(bar, last, room, one)) is not None:
        yield write(*above, last.word, text_anchor="end")
    elif bar.fate and bar.is_lost:
        yield write(room.end + last.begins, one.at(bar) + 4, bar.fate.letter)


def _above(bar: Bar, ending: EndLabel, room: Room, one: Placed) -> tuple[float, float] | None:
    """Return where a label can end above its bar: for a long emit, and in a narrow picture beside the lane's name."""
    width, emits = text_width(ending.word, WORD, bold=True), bar.span.kind == "emit"
    right = room.end + (-_APART if emits else STUB + 6)
    left = right - width
    if bar.row or left < room.free_from or not (emits or bar.is_lost):
        return None
    if not one.frame.narrow:
        return (right, one.at(bar) - 10) if emits and left >= room.begin else None
    lines = [(one.top + 13, text_width(one.lane.label, LABEL, mono=True))]
    if emits:
        lines.insert(0, (one.top + 13 + NOTE_BELOW, text_width(f"emits {one.lane.note}", NOTE, mono=True)))
    return next(((right, y) for y, taken in lines if one.frame.left + taken + _APART <= left), None)
