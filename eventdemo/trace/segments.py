"""What a listener was doing when: due but not started, waiting at an await, or running and so holding up the loop.

Computing takes no virtual time, so a listener that took time either waited (for a service, a lock, a timer) or blocked
the loop, and then there is a `Stall`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from eventdemo.trace.record import Span, Stall
from eventdemo.trace.units import to_micros

Interval = tuple[int, int]


class Activity(Enum):
    """What a piece of a bar shows; the value is its word in a legend."""

    EMITTING = "the emitter, until emit returned"
    DUE = "due, not started"
    WAITING = "waiting at an await"
    RUNNING = "running: nothing else can"


@dataclass(frozen=True)
class Segment:
    """A part of a bar in which one thing was done."""

    activity: Activity
    start: int
    end: int
    call: Span | None = None
    """The call to a service that it waited for, or blocked the loop with."""


def merged_stalls(stalls: Iterable[Stall]) -> tuple[Interval, ...]:
    """Join stalls that touch: nothing could run between them either."""
    joined: list[Interval] = []
    for start, end in sorted((to_micros(stall.start), to_micros(stall.end)) for stall in stalls):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def segments_of(span: Span, inner: Sequence[Span], stalls: Sequence[Interval]) -> tuple[Segment, ...]:
    """Take a span apart by what began during it; an emit is one piece."""
    due, end = to_micros(span.scheduled), to_micros(span.end)
    if span.kind == "emit":
        return (Segment(Activity.EMITTING, due, end),)
    if span.start is None:
        return (Segment(Activity.DUE, due, end),)
    start = to_micros(span.start)
    hollow = (Segment(Activity.DUE, due, start),) if due < start else ()
    return (*hollow, *_joined(_ran(start, end, inner, stalls)))


def _ran(start: int, end: int, inner: Sequence[Span], stalls: Sequence[Interval]) -> Iterable[Segment]:
    """Cut from `start` to `end` wherever something inside begins or ends."""
    edges = {start, end, *(edge for stall in stalls for edge in stall)}
    edges |= {to_micros(time) for other in inner for time in (other.scheduled, other.end)}
    inside = sorted(edge for edge in edges if start <= edge <= end)
    for a, b in zip(inside, inside[1:] or inside, strict=False):
        current = [other for other in inner if _spans(_stretch(other), (a, b))]
        stall = next((stall for stall in stalls if _spans(stall, (a, b))), None)
        # A call that lies whole inside a stall blocked the loop; one that reaches out of it was awaited.
        blocks = stall is not None and a < b and all(_spans(stall, _stretch(other)) for other in current)
        call = next((other for other in current if other.kind == "call"), None)
        yield Segment(Activity.RUNNING if blocks else Activity.WAITING, a, b, call)


def _joined(segments: Iterable[Segment]) -> Iterable[Segment]:
    last: Segment | None = None
    for piece in segments:
        if last is not None and (last.activity, last.call) == (piece.activity, piece.call):
            last = Segment(last.activity, last.start, piece.end, last.call)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _stretch(span: Span) -> Interval:
    return to_micros(span.scheduled), to_micros(span.end)


def _spans(outer: Interval, inner: Interval) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
