"""The marks of one lane: an emitter's bar until emit returned, or a delivery's segments until its fate.

The label at the end of a bar goes where there is room for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from eventdemo.core.fates import Fate
from eventdemo.trace.lanes import Bar
from eventdemo.trace.naming import answer_of
from eventdemo.trace.segments import Segment
from eventdemo.trace.sentences import describe, describe_segment
from eventdemo.trace.svg.elements import Element, Value, box, element, haloed, line, mark
from eventdemo.trace.svg.frame import LABEL, NOTE, Frame
from eventdemo.trace.svg.glyphs import MIN_WIDTH, RADIUS, filled, glyph, outline_style
from eventdemo.trace.svg.rows import NOTE_BELOW, Placed
from eventdemo.trace.svg.text_metrics import STUB, WORD, EndLabel, end_labels, text_width

_APART = 8
"""The least gap between a label and what is beside it."""


@dataclass(frozen=True)
class _Room:
    """Where a bar begins and ends, and the empty part of its row."""

    begin: float
    end: float
    free_from: float
    free_to: float


def emit_bar(bar: Bar, one: Placed, free: tuple[float, float]) -> Element:
    """Draw the emitter's bar, with a heavy stop where emit returned. `free` is the empty part of its row."""
    frame, y = one.frame, one.at(bar)
    left, ink = frame.x(bar.begin), frame.theme.ink
    end = max(frame.x(bar.end), left + MIN_WIDTH)
    half = frame.bar_height / 2 + 2
    shapes = [box(left, y - 3, end - left, 6, fill=ink)]
    if bar.died:
        shapes += _stub(end + STUB, y, Fate.LOST_IN_CRASH, frame, start=end)
    else:
        shapes.append(box(end - 2, y - half, 4, 2 * half, rx=1.5, fill=ink))
        if bar.fate:
            shapes += _stub(end + 10 + STUB, y, bar.fate, frame, start=end + 2)
    return _labelled(bar, shapes, _Room(left, end, *free), one)


def delivery_bar(bar: Bar, one: Placed, free: tuple[float, float]) -> Element:
    """Draw one delivery: hollow while due, hatched while waiting, solid while running, with its fate at the end."""
    frame, y = one.frame, one.at(bar)
    left = frame.x(bar.begin)
    end = max(frame.x(bar.end), left + MIN_WIDTH)
    shapes = [_segment(segment, one, y, frame.theme.of(bar.fate)) for segment in bar.segments]
    if bar.fate and bar.is_lost:
        shapes += _stub(end + STUB, y, bar.fate, frame, start=end)
    elif bar.fate:
        # The sign moves right, so that it does not hide a short bar.
        shapes += glyph(max(end, left + RADIUS + MIN_WIDTH), y, bar.fate, frame.theme)
    return _labelled(bar, shapes, _Room(left, end, *free), one)


def outline(bar: Bar, one: Placed, means: str) -> Element:
    """Draw where a bar of another run was, behind the bars of this one and a little higher, so that it shows."""
    frame, y = one.frame, one.at(bar)
    left, emits = frame.x(bar.begin), bar.span.kind == "emit"
    width = max(MIN_WIDTH, frame.x(bar.end) - left)
    height = 8 if emits and bar.end > bar.begin else frame.bar_height + (10 if emits else 4)
    shape = box(left - 1, y - height / 2, width + 2, height, rx=3, **outline_style(frame.theme))
    return mark(f"{means}, {describe(bar)}", shape, data_outline=bar.span.name)


def _labelled(bar: Bar, shapes: Sequence[Element], room: _Room, one: Placed) -> Element:
    return mark(describe(bar), *shapes, *_word(bar, room, one), **_links(bar))


def _links(bar: Bar) -> dict[str, Value]:
    """Return the attributes that hold, for a page's script, what a mark shows and what caused it."""
    cause = {} if bar.span.cause is None else {"data_cause": str(bar.span.cause)}
    return {"data_span": str(bar.span.id), **cause, "data_name": bar.span.name}


def _segment(segment: Segment, one: Placed, y: float, colour: str) -> Element:
    frame = one.frame
    left = frame.x(segment.start)
    width = max(MIN_WIDTH, frame.x(segment.end) - left)
    drawn = filled(segment.activity, left, y, (width, frame.bar_height), colour=colour, card=frame.theme.card)
    answer = _answer(segment, left, y, frame, room=width, colour=colour)
    return element("g", element("title", describe_segment(segment)), *drawn, *answer)


def _answer(segment: Segment, x: float, y: float, frame: Frame, *, room: float, colour: str) -> Iterator[Element]:
    """Write an error status, such as `429`, into the bar that waited for it, if it fits."""
    status = answer_of(segment.call) if segment.call else ""
    if status.isdecimal() and not status.startswith("2") and text_width(status, 10, mono=True) + 8 <= room - RADIUS * 2:
        middle, card = x + (room - RADIUS * 2) / 2, frame.theme.card
        yield haloed(
            middle, y + 3.6, status, size=10, mono=True, fill=colour, halo=card, font_weight=700, text_anchor="middle"
        )


def _stub(x: float, y: float, fate: Fate, frame: Frame, *, start: float) -> list[Element]:
    return [line(start, y, x, y, frame.theme.of(fate), stroke_width=2), *glyph(x, y, fate, frame.theme)]


def _word(bar: Bar, room: _Room, one: Placed) -> Iterator[Element]:
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


def _above(bar: Bar, ending: EndLabel, room: _Room, one: Placed) -> tuple[float, float] | None:
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
