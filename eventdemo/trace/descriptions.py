"""Marks in words, for tooltips and screen readers."""

from eventdemo.trace.lanes import Bar
from eventdemo.trace.naming import clipped, one_line
from eventdemo.trace.record import Span
from eventdemo.trace.segments import Activity, Segment
from eventdemo.trace.units import duration

_MOST = 90
"""The characters kept of an error's text."""


def describe(bar: Bar) -> str:
    """Describe a bar: the emitter or listener, the times, the outcome."""
    span = bar.span
    about = f" for {one_line(span.subject)}" if span.subject else ""
    if span.kind == "emit":
        by = f"{one_line(span.detail)} emitted" if span.detail else "emitted"
        held = _after(span.end - span.scheduled)
        ending = f": {bar.fate.meaning}" if bar.fate else ""
        returned = "the instance died before emit returned" if bar.died else f"emit returned {held}"
        return f"{by} {one_line(span.name)}{about} at {duration(span.scheduled)}; {returned}{ending}."
    ending = f"{bar.fate.value}: {bar.fate.meaning}" if bar.fate else "still running"
    raised = f" ({clipped(span.detail, _MOST)})" if span.detail else ""
    return f"{one_line(span.name)}{about}: due at {duration(span.scheduled)}, {_ran(span)}; {ending}{raised}."


def describe_segment(segment: Segment) -> str:
    """Describe one segment of a bar."""
    long = duration((segment.end - segment.start) / 1e6)
    if segment.call is None:
        return f"{long} · {segment.activity.value}"
    verb = "waited for" if segment.activity is Activity.WAITING else "blocked the event loop with"
    return f"{long} · {verb} {one_line(segment.call.name)}: {one_line(segment.call.detail)}"


def _ran(span: Span) -> str:
    if span.start is None:
        return f"never started, lost at {duration(span.end)}"
    return f"started {_after(span.start - span.scheduled)}, ended at {duration(span.end)}"


def _after(seconds: float) -> str:
    took = duration(seconds)
    return "immediately" if took == "0 ms" else f"after {took}"
