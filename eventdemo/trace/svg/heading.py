"""A panel's first lines: the strategy, a summary, the counts of fates, and the results of checks."""

from collections.abc import Collection, Iterator, Mapping

from eventdemo.core.fates import Fate
from eventdemo.trace.layout import Panel
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Check
from eventdemo.trace.svg.elements import Element, line, words
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.glyphs import RADIUS, glyph
from eventdemo.trace.svg.text_metrics import fitting, text_width

NAME, TEXT = 15, 12


def heading(panel: Panel, frame: Frame, broken_claims: Collection[str]) -> tuple[list[Element], float]:
    """Draw the heading, with the results for `broken_claims`; return it and its bottom."""
    theme, y, end = frame.theme, 24.0, frame.width - frame.pad
    tally, free = _tally(panel, frame, y)
    name = fitting(panel.excerpt.label, free - frame.pad - 12, NAME, bold=True)
    drawn = [
        line(frame.pad, 0, end, 0, theme.edge),
        words(frame.pad, y, name, size=NAME, fill=theme.ink, font_weight=700),
        *tally,
    ]
    x, room = frame.left, free - 12
    if frame.narrow:
        x, y, room = frame.pad, y + 18, end
    x = max(x, frame.pad + text_width(name, NAME, bold=True) + 16) if not frame.narrow else x
    for part in _lines(panel.summary(), room - x):
        drawn.append(words(x, y, part, size=TEXT, fill=theme.muted))
        y += 17
    y -= 17
    for check in (check for check in panel.excerpt.checks if check.claim in broken_claims):
        y += 18
        drawn += _found(check, x, y, frame)
    return drawn, y + 12


def _lines(summary: str, room: float) -> list[str]:
    """Return the summary as one line, or its parts as separate lines."""
    parts = [summary] if text_width(summary, TEXT) <= room else summary.split(" · ")
    return [fitting(part, room, TEXT) for part in parts]


def _found(check: Check, x: float, y: float, frame: Frame) -> Iterator[Element]:
    sign, colour = ("✓", frame.theme.ok) if check.holds else ("✗", frame.theme.lost)
    found = fitting(f"{sign} {one_line(check.found)}", frame.width - frame.pad - x, TEXT, bold=True)
    yield words(x, y, found, size=TEXT, fill=colour, font_weight=600)


def _tally(panel: Panel, frame: Frame, y: float) -> tuple[list[Element], float]:
    """Draw the counts of fates leftwards from the right edge; return them and where they begin."""
    x, ink = float(frame.width - frame.pad), frame.theme.ink
    fates = panel.excerpt.fates()
    if len(fates) > (3 if frame.narrow else 5):
        counts = " · ".join(f"{verdict} {number}" for verdict, number in _by_verdict(fates))
        drawn = [words(x, y, counts, size=TEXT, fill=ink, font_weight=600, text_anchor="end")]
        return drawn, x - text_width(counts, TEXT, bold=True)
    drawn = []
    for fate, number in reversed(fates.items()):
        drawn.append(words(x, y, str(number), size=13, fill=ink, font_weight=600, text_anchor="end"))
        x -= text_width(str(number), 13, bold=True) + RADIUS + 4
        drawn += glyph(x, y - 4.5, fate, frame.theme)
        x -= RADIUS + 12
    return drawn, x


def _by_verdict(fates: Mapping[Fate, int]) -> Iterator[tuple[str, int]]:
    for verdict in dict.fromkeys(fate.verdict for fate in fates):
        yield verdict, sum(number for fate, number in fates.items() if fate.verdict == verdict)
