"""The part of one strategy: its heading, its lanes with backgrounds and bars, and the arrows between them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from eventdemo.trace.lanes import Bar
from eventdemo.trace.layout import Panel
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Check
from eventdemo.trace.svg.axis_marks import grid
from eventdemo.trace.svg.background import deaths, label, lifelines, returns, stalls, title
from eventdemo.trace.svg.bars import bar_marks, outlines
from eventdemo.trace.svg.elements import Element, element, line, words
from eventdemo.trace.svg.frame import Frame, Placed, groups_of
from eventdemo.trace.svg.glyphs import RADIUS, glyph
from eventdemo.trace.svg.text_metrics import fitting, text_width

NAME, TEXT = 15, 12
_TRUNK = 8
"""How far left of a bar its arrow runs down."""


def panel_marks(panel: Panel, frame: Frame) -> tuple[list[Element], float]:
    """Draw one strategy from y = 0; return it and its height."""
    head, top = _heading(panel, frame)
    groups = groups_of(panel, frame, top)
    placed = [one for group in groups for one in group.lanes]
    bottom = groups[-1].bottom if groups else top
    drawn = [
        *head,
        *stalls(panel, placed, frame),
        *grid(frame, top, bottom),
        *(drawn for one in placed for drawn in lifelines(one, frame.at(frame.axis.cells[-1]))),
        *deaths(panel, groups, frame),
        *(drawn for group in groups if panel.titled for drawn in title(group, frame)),
        *returns(placed, frame),
        *_arrows(placed, frame),
        *(drawn for one in placed for drawn in label(one)),
        *(drawn for one in placed for drawn in outlines(one, panel.excerpt.outlined)),
        *(drawn for one in placed for drawn in bar_marks(one)),
    ]
    return drawn, bottom + 8


def _arrows(placed: Sequence[Placed], frame: Frame) -> Iterator[Element]:
    """Draw arrows from emits to their deliveries; an arrow to a delivery that never began is dashed."""
    bars = {bar.span.id: (bar, one) for one in placed for bar in one.lane.bars}
    for bar, one in bars.values():
        cause, other = bars.get(bar.span.cause or 0, (None, one))
        if cause is not None and (cause.span.kind, bar.span.kind) == ("emit", "listener"):
            drawn = _arrow(bar, frame.x(bar.begin), other.at(cause), one.at(bar), frame.theme.muted)
            yield element("g", *drawn, data_arrow=str(bar.span.id))


def _arrow(bar: Bar, x: float, start: float, end: float, colour: str) -> Iterator[Element]:
    trunk = f"M{x:.1f} {start:.1f}H{x - _TRUNK:.1f}V{end:.1f}H{x - 4:.1f}"
    head = f"M{x - 6:.1f} {end - 3.5:.1f}L{x - 0.5:.1f} {end:.1f}L{x - 6:.1f} {end + 3.5:.1f}Z"
    dashed = {"stroke_dasharray": "3 2"} if bar.span.start is None else {}
    yield element("path", d=trunk, stroke=colour, fill="none", **dashed)
    yield element("path", d=head, fill=colour)


def _heading(panel: Panel, frame: Frame) -> tuple[list[Element], float]:
    """Draw strategy, summary, counts of fates, and results for broken claims; return them and their bottom."""
    theme, y, end = frame.theme, 24.0, frame.width - frame.pad
    tally, free = _tally(panel, frame, y)
    name = fitting(panel.excerpt.label, free - frame.pad - 12, NAME, bold=True)
    drawn = [
        line(frame.pad, 0, end, 0, theme.edge),
        words(frame.pad, y, name, size=NAME, fill=theme.ink, font_weight=700),
        *tally,
    ]
    x, room = max(frame.left, frame.pad + text_width(name, NAME, bold=True) + 16), free - 12
    if frame.narrow:
        x, y, room = frame.pad, y + 18, end
    summary = panel.summary()
    for part in [summary] if text_width(summary, TEXT) <= room - x else summary.split(" · "):
        drawn.append(words(x, y, fitting(part, room - x, TEXT), size=TEXT, fill=theme.muted))
        y += 17
    y -= 17
    broken = frame.layout.broken_claims()
    for check in (check for check in panel.excerpt.checks if check.claim in broken):
        y += 18
        drawn.append(_found(check, x, y, frame))
    return drawn, y + 12


def _found(check: Check, x: float, y: float, frame: Frame) -> Element:
    sign, colour = ("✓", frame.theme.ok) if check.holds else ("✗", frame.theme.lost)
    found = fitting(f"{sign} {one_line(check.found)}", frame.width - frame.pad - x, TEXT, bold=True)
    return words(x, y, found, size=TEXT, fill=colour, font_weight=600)


def _tally(panel: Panel, frame: Frame, y: float) -> tuple[list[Element], float]:
    """Draw the counts of fates, or of verdicts if those are too many, leftwards from the right edge.

    Return them and where they begin.
    """
    x, ink = float(frame.width - frame.pad), frame.theme.ink
    fates = panel.excerpt.fates()
    if len(fates) > (3 if frame.narrow else 5):
        verdicts: Counter[str] = Counter()
        for fate, number in fates.items():
            verdicts[fate.verdict] += number
        counts = " · ".join(f"{verdict} {number}" for verdict, number in verdicts.items())
        drawn = [words(x, y, counts, size=TEXT, fill=ink, font_weight=600, text_anchor="end")]
        return drawn, x - text_width(counts, TEXT, bold=True)
    drawn = []
    for fate, number in reversed(fates.items()):
        drawn.append(words(x, y, str(number), size=13, fill=ink, font_weight=600, text_anchor="end"))
        x -= text_width(str(number), 13, bold=True) + RADIUS + 4
        drawn += glyph(x, y - 4.5, fate, frame.theme)
        x -= RADIUS + 12
    return drawn, x
