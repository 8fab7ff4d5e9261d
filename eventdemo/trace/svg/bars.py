"""The marks of one lane: an emitter's bar until emit returned, or a delivery's segments until its fate.

The label at the end of a bar goes where there is room for it.
"""

from collections.abc import Iterator
from functools import partial

from eventdemo.core.fates import Fate
from eventdemo.trace.lanes import Bar
from eventdemo.trace.naming import answer_of
from eventdemo.trace.segments import Segment
from eventdemo.trace.sentences import describe, describe_segment
from eventdemo.trace.svg.background import NOTE_BELOW
from eventdemo.trace.svg.elements import Element, box, element, line, mark, words
from eventdemo.trace.svg.frame import LABEL, MIN_WIDTH, NOTE, Frame, Placed
from eventdemo.trace.svg.glyphs import RADIUS, filled, glyph, outline_style
from eventdemo.trace.svg.text_metrics import STUB, WORD, EndLabel, end_labels, text_width

_APART, _FROM_BARS = 8, 10
"""The least gaps between a label and another one, and between a label and the bars beside it."""


def bar_marks(one: Placed) -> Iterator[Element]:
    """Draw the bars of a lane, with what a page's script needs: what each one shows, and what caused it."""
    draw = _emit if one.lane.kind == "emit" else _delivery
    for bar in one.lane.bars:
        cause = {} if bar.span.cause is None else {"data_cause": str(bar.span.cause)}
        links = {"data_span": str(bar.span.id), **cause, "data_name": bar.span.name}
        yield mark(describe(bar), *draw(bar, one), *_word(bar, one), **links)


def _free(bar: Bar, one: Placed) -> tuple[float, float]:
    """Return where the empty part of a bar's row begins and ends."""
    frame = one.frame
    others = [other for other in one.lane.drawn if other is not bar and other.row == bar.row]
    before = [frame.x(other.end) + _FROM_BARS for other in others if other.end <= bar.begin]
    later = [frame.x(other.begin) - _FROM_BARS for other in others if other.begin >= bar.end]
    return max(before, default=0.0), min(later, default=frame.width - frame.pad + 4.0)


def _emit(bar: Bar, one: Placed) -> list[Element]:
    """Draw the emitter's bar, with a heavy stop where emit returned."""
    frame, y, ink = one.frame, one.at(bar), one.frame.theme.ink
    left, end = one.ends(bar)
    shapes = [box(left, y - 3, end - left, 6, fill=ink)]
    if bar.died:
        return [*shapes, *_stub(end, end + STUB, y, Fate.LOST_IN_CRASH, frame)]
    half = frame.bar_height / 2 + 2
    shapes.append(box(end - 2, y - half, 4, 2 * half, rx=1.5, fill=ink))
    if bar.fate:
        shapes += _stub(end + 2, end + 10 + STUB, y, bar.fate, frame)
    return shapes


def _delivery(bar: Bar, one: Placed) -> list[Element]:
    """Draw one delivery: hollow while due, hatched while waiting, solid while running, with its fate at the end."""
    frame, y = one.frame, one.at(bar)
    left, end = one.ends(bar)
    shapes = [_segment(segment, one, y, frame.theme.of(bar.fate)) for segment in bar.segments]
    if bar.fate and bar.is_lost:
        shapes += _stub(end, end + STUB, y, bar.fate, frame)
    elif bar.fate:
        # The sign moves right, so that it does not hide a short bar.
        shapes += glyph(max(end, left + RADIUS + MIN_WIDTH), y, bar.fate, frame.theme)
    return shapes


def outlines(one: Placed, means: str) -> Iterator[Element]:
    """Draw where the bars of another run were, behind the bars of this one and a little higher, so that they show."""
    frame, emits = one.frame, one.lane.kind == "emit"
    for bar in one.lane.outlines:
        left, end = one.ends(bar)
        height = 8 if emits and bar.end > bar.begin else frame.bar_height + (10 if emits else 4)
        shape = box(left - 1, one.at(bar) - height / 2, end - left + 2, height, rx=3, **outline_style(frame.theme))
        yield mark(f"{means}, {describe(bar)}", shape, data_outline=bar.span.name)


def _segment(segment: Segment, one: Placed, y: float, colour: str) -> Element:
    frame = one.frame
    left = frame.x(segment.start)
    width = max(MIN_WIDTH, frame.x(segment.end) - left)
    drawn = filled(segment.activity, left, y, (width, frame.bar_height), colour=colour, card=frame.theme.card)
    status = answer_of(segment.call) if segment.call else ""
    room = width - RADIUS * 2
    # An error status, such as `429`, is written into the bar that waited for it, if it fits.
    if status.isdecimal() and not status.startswith("2") and text_width(status, 10, mono=True) + 8 <= room:
        style = {"fill": colour, "halo": frame.theme.card, "text_anchor": "middle"}
        drawn.append(words(left + room / 2, y + 3.6, status, size=10, mono=True, font_weight=700, **style))
    return element("g", element("title", describe_segment(segment)), *drawn)


def _stub(start: float, x: float, y: float, fate: Fate, frame: Frame) -> list[Element]:
    """Draw a fate's sign at `x`, and the line to it from a bar's end."""
    return [line(start, y, x, y, frame.theme.of(fate), stroke_width=2), *glyph(x, y, fate, frame.theme)]


def _word(bar: Bar, one: Placed) -> Iterator[Element]:
    """Write the label beside its mark, or above it; if there is no room, write only the letter of a lost delivery."""
    labels, theme, y = end_labels(bar, one.lane), one.frame.theme, one.at(bar) + 4
    colour = theme.lost if bar.died else theme.of(bar.fate)
    write = partial(words, size=WORD, halo=theme.card, fill=colour, font_weight=600)
    _, end = one.ends(bar)
    free_from, free_to = _free(bar, one)
    beside = next((label for label in labels if end + label.width <= free_to), None)
    last = labels[-1]
    if not last.word:
        return
    if beside is not None:
        yield write(end + beside.begins, y, beside.word)
    elif (above := _above(bar, last, one, free_from)) is not None:
        yield write(*above, last.word, text_anchor="end")
    elif bar.fate and bar.is_lost:
        yield write(end + last.begins, y, bar.fate.letter)


def _above(bar: Bar, ending: EndLabel, one: Placed, free_from: float) -> tuple[float, float] | None:
    """Return where a label can end above its bar: for a long emit, and in a narrow picture beside the lane's name."""
    width, emits = text_width(ending.word, WORD, bold=True), bar.span.kind == "emit"
    begin, end = one.ends(bar)
    right = end + (-_APART if emits else STUB + 6)
    left = right - width
    if bar.row or left < free_from or not (emits or bar.is_lost):
        return None
    if not one.frame.narrow:
        return (right, one.at(bar) - 10) if emits and left >= begin else None
    lines = [(one.top + 13, text_width(one.lane.label, LABEL, mono=True))]
    if emits:
        lines.insert(0, (one.top + 13 + NOTE_BELOW, text_width(f"emits {one.lane.note}", NOTE, mono=True)))
    return next(((right, y) for y, taken in lines if one.frame.left + taken + _APART <= left), None)
