"""A mark in words, for whoever points at it or cannot see it."""

from eventdemo.trace.lanes import Bar
from eventdemo.trace.naming import clipped, one_line
from eventdemo.trace.record import Span
from eventdemo.trace.segments import Activity, Segment
from eventdemo.trace.units import duration

_MOST = 90
"""How much of an error's text is told."""


def describe(bar: Bar) -> str:
    """Tell what a bar shows: who, when, how it ended."""
    span = bar.span
    whom = f" for {one_line(span.subject)}" if span.subject else ""
    if span.kind == "emit":
        by = f"{one_line(span.detail)} emitted" if span.detail else "emitted"
        held = _after(span.end - span.scheduled, "at once")
        ending = f": {bar.fate.meaning}" if bar.fate else ""
        returned = "the instance died before emit returned" if bar.died else f"emit returned {held}"
        return f"{by} {one_line(span.name)}{whom} at {duration(span.scheduled)}; {returned}{ending}."
    ending = f"{bar.fate.value}: {bar.fate.meaning}" if bar.fate else "still running"
    raised = f" ({clipped(span.detail, _MOST)})" if span.detail else ""
    return f"{one_line(span.name)}{whom}: due at {duration(span.scheduled)}, {_ran(span)}; {ending}{raised}."


def describe_segment(piece: Segment) -> str:
    """Tell what one piece of a bar shows."""
    long = duration((piece.end - piece.start) / 1e6)
    if piece.call is None:
        return f"{long} · {piece.activity.value}"
    verb = "waited for" if piece.activity is Activity.WAITING else "blocked the loop with"
    return f"{long} · {verb} {one_line(piece.call.name)}: {one_line(piece.call.detail)}"


def _ran(span: Span) -> str:
    if span.start is None:
        return f"never started, lost at {duration(span.end)}"
    return f"started {_after(span.start - span.scheduled, 'at once')}, ended at {duration(span.end)}"


def _after(seconds: float, at_once: str) -> str:
    said = duration(seconds)
    return at_once if said == "0 ms" else f"after {said}"
