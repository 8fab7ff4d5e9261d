"""The segments of a bar: due but not started, waiting at an await, or running and so blocking the event loop.

Computing takes no virtual time. A listener that took time therefore either waited (for a service, a lock, a timer) or
blocked the event loop, and then the trace has a `Stall`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from eventdemo.trace.record import Span, Stall
from eventdemo.trace.units import to_micros

Interval = tuple[int, int]


class Activity(Enum):
    """What a segment of a bar shows; the value is its label in a legend."""

    EMITTING = "the emitter, until emit returned"
    DUE = "due, not started"
    WAITING = "waiting at an await"
    RUNNING = "running: blocks the event loop"


@dataclass(frozen=True)
class Segment:
    """A part of a bar with one activity."""

    activity: Activity
    start: int
    end: int
    call: Span | None = None
    """The call to a service that the listener waited for, or blocked the event loop with."""


def merged_stalls(stalls: Iterable[Stall]) -> tuple[Interval, ...]:
    """Merge adjacent stalls: nothing could run between them either."""
    joined: list[Interval] = []
    for start, end in sorted((to_micros(stall.start), to_micros(stall.end)) for stall in stalls):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def segments_of(span: Span, inner: Sequence[Span], stalls: Sequence[Interval]) -> tuple[Segment, ...]:
    """Split a span by what began during it; an emit is one segment."""
    due, end = to_micros(span.scheduled), to_micros(span.end)
    if span.kind == "emit":
        return (Segment(Activity.EMITTING, due, end),)
    if span.start is None:
        return (Segment(Activity.DUE, due, end),)
    start = to_micros(span.start)
    hollow = (Segment(Activity.DUE, due, start),) if due < start else ()
    return (*hollow, *_joined(_ran(start, end, inner, stalls)))


def _ran(start: int, end: int, inner: Sequence[Span], stalls: Sequence[Interval]) -> Iterable[Segment]:
    """Split from `start` to `end` wherever something inside begins or ends."""
    edges = {start, end, *(edge for stall in stalls for edge in stall)}
    edges |= {to_micros(time) for other in inner for time in (other.scheduled, other.end)}
    inside = sorted(edge for edge in edges if start <= edge <= end)
    for a, b in zip(inside, inside[1:] or inside, strict=False):
        current = [other for other in inner if _spans(_stretch(other), (a, b))]
        stall = next((stall for stall in stalls if _spans(stall, (a, b))), None)
        # A call entirely inside a stall blocked the event loop; one that extends beyond it was awaited.
        blocks = stall is not None and a < b and all(_spans(stall, _stretch(other)) for other in current)
        call = next((other for other in current if other.kind == "call"), None)
        yield Segment(Activity.RUNNING if blocks else Activity.WAITING, a, b, call)


def _joined(segments: Iterable[Segment]) -> Iterable[Segment]:
    for (activity, call), group in groupby(segments, lambda segment: (segment.activity, segment.call)):
        first, *others = group
        yield Segment(activity, first.start, others[-1].end if others else first.end, call)


def _stretch(span: Span) -> Interval:
    return to_micros(span.scheduled), to_micros(span.end)


def _spans(outer: Interval, inner: Interval) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
