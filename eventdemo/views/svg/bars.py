"""The marks of one lane: the emitter's bar up to where emit returned, and a delivery's pieces up to its fate."""

from eventdemo.fates import Fate
from eventdemo.views.axis import Axis
from eventdemo.views.pieces import Doing, Piece
from eventdemo.views.svg.elements import Element, Value, box, element, haloed, line, mark, text_width
from eventdemo.views.svg.frame import Frame
from eventdemo.views.svg.glyphs import RADIUS, glyph
from eventdemo.views.timeline import Bar
from eventdemo.views.told import told_of, told_of_piece
from eventdemo.views.units import duration
from eventdemo.views.wording import REASONS, answer_of

LEAST = 4.0
"""The width of a bar that took no time."""


def emit_bar(bar: Bar, axis: Axis, frame: Frame, y: float, *, free: float) -> Element:
    """Draw the emitter's bar; a heavy end stop stands where emit returned. `free` is how far to the right is empty."""
    left, ink = frame.x(axis, bar.begin), frame.theme.ink
    end = max(frame.x(axis, bar.end), left + LEAST)
    half = frame.bar_height / 2 + 1
    shapes = [
        box(left, y - 3, end - left, 6, fill=ink),
        box(end - 2, y - half, 4, 2 * half, rx=1, fill=ink),
    ]
    if bar.fate:
        shapes += _stub(end + 22, y, bar.fate, frame, start=end + 2)
    said = "" if bar.fate else "returned " + (f"after {duration(took)}" if (took := _seconds(bar)) else "at once")
    shapes += _beside(
        REASONS.get(bar.fate, said) if bar.fate else said, end + (32 if bar.fate else 8), y, bar, frame, free=free
    )
    return mark(told_of(bar), *shapes, **links(bar))


def delivery_bar(bar: Bar, axis: Axis, frame: Frame, y: float, *, free: float) -> Element:
    """Draw one delivery: hollow while due, hatched while waiting, solid while running, and its fate at the end."""
    colour = frame.theme.of(bar.fate)
    shapes = [_piece(piece, axis, frame, y, colour) for piece in bar.pieces]
    end = frame.x(axis, bar.end)
    if bar.fate is None:
        return mark(told_of(bar), *shapes, **links(bar))
    if bar.fate.verdict == "lost":
        shapes += [*_stub(end + 9, y, bar.fate, frame, start=end), *_reason(bar, end + 9, y, frame, free=free)]
    else:
        shapes += glyph(end + RADIUS / 2, y, bar.fate, frame.theme)
        shapes += _beside(bar.cause_of_failure(), end + RADIUS / 2 + 14, y, bar, frame, free=free)
    return mark(told_of(bar), *shapes, **links(bar))


def links(bar: Bar) -> dict[str, Value]:
    """Return the attributes by which a page's script finds what led to a mark and what followed from it."""
    cause = {} if bar.span.cause is None else {"data_cause": str(bar.span.cause)}
    return {"data_span": str(bar.span.id), **cause, "data_name": bar.span.name}


def swatch(doing: Doing, x: float, y: float, *, width: float, frame: Frame) -> list[Element]:
    """Draw a sample piece for the legend."""
    theme = frame.theme
    if doing is Doing.EMITTING:
        return [box(x, y - 2.5, width, 5, fill=theme.ink), box(x + width - 2, y - 7, 4, 14, rx=1, fill=theme.ink)]
    return _filled(doing, x, y, (width, frame.bar_height - 2), colour=theme.muted, card=theme.card)


def _piece(piece: Piece, axis: Axis, frame: Frame, y: float, colour: str) -> Element:
    left = frame.x(axis, piece.start)
    width = max(LEAST, frame.x(axis, piece.end) - left)
    filled = _filled(piece.doing, left, y, (width, frame.bar_height), colour=colour, card=frame.theme.card)
    return element(
        "g",
        element("title", told_of_piece(piece)),
        *filled,
        *_answer(piece, left + width / 2, y, frame, room=width, colour=colour),
    )


def _filled(doing: Doing, x: float, y: float, size: tuple[float, float], *, colour: str, card: str) -> list[Element]:
    width, height = size
    top = y - height / 2
    if doing is Doing.DUE:
        return [box(x + 0.6, top + 0.6, width - 1.2, height - 1.2, fill=card, stroke=colour, stroke_width=1.2)]
    if doing is Doing.RUNNING:
        return [box(x, top, width, height, fill=colour), box(x, top, 1, height, fill=card, fill_opacity=0.6)]
    light = box(x, top, width, height, fill=colour, fill_opacity=0.2)
    edge = box(x, top, min(3, width), height, fill=colour)  # its first lines ran here, in no time
    return [light, _hatched(x, top, width, height, colour), edge]


def _hatched(x: float, top: float, width: float, height: float, colour: str) -> Element:
    """Draw diagonals clipped to a rectangle by arithmetic."""
    strokes = []
    for step in range(4, int(width + height), 6):
        x1, y1 = (step, 0.0) if step <= width else (width, step - width)
        x2, y2 = (0.0, step) if step <= height else (step - height, height)
        strokes.append(f"M{x + x1:.1f} {top + y1:.1f}L{x + x2:.1f} {top + y2:.1f}")
    return element("path", d="".join(strokes), stroke=colour, stroke_width=1, stroke_opacity=0.5, fill="none")


def _answer(piece: Piece, x: float, y: float, frame: Frame, *, room: float, colour: str) -> list[Element]:
    """Write a refusal, `429`, into the bar that waited for it, if it fits."""
    said = answer_of(piece.call) if piece.call else ""
    if not said.isdecimal() or said.startswith("2") or text_width(said, 10, mono=True) + 8 > room:
        return []
    card = frame.theme.card
    return [haloed(x, y + 3.6, said, size=10, mono=True, fill=colour, halo=card, font_weight=700, text_anchor="middle")]


def _stub(x: float, y: float, fate: Fate, frame: Frame, *, start: float) -> list[Element]:
    return [line(start, y, x, y, frame.theme.of(fate), stroke_width=2), *glyph(x, y, fate, frame.theme)]


def _reason(bar: Bar, x: float, y: float, frame: Frame, *, free: float) -> list[Element]:
    """Write why a delivery was lost, beside its cross; in a narrow sheet without room there, above it."""
    said = REASONS[bar.fate] if bar.fate else ""
    if not frame.narrow or bar.row or x + 10 + text_width(said, 11) <= free:
        return _beside(said, x + 10, y, bar, frame, free=free)
    above, theme = y - frame.row_height / 2 - 4, frame.theme
    return [
        haloed(
            x + 6, above, said, size=11, fill=theme.of(bar.fate), halo=theme.card, font_weight=600, text_anchor="end"
        )
    ]


def _beside(said: str, x: float, y: float, bar: Bar, frame: Frame, *, free: float) -> list[Element]:
    """Write a word beside a mark; if it does not fit, then at least the letter of a fate that has only a shape."""
    if x + text_width(said, 11) > free:
        said = bar.fate.letter if bar.fate and bar.fate.verdict == "lost" else ""
    if not said:
        return []
    return [haloed(x, y + 4, said, size=11, fill=frame.theme.of(bar.fate), halo=frame.theme.card, font_weight=600)]


def _seconds(bar: Bar) -> float:
    return (bar.end - bar.begin) / 1e6
