"""Runs as a Chrome trace for ui.perfetto.dev: a process per strategy and instance, a thread per lane.

Deliveries overlap on a lane, so they are async events (`b`, `e`), with their calls inside. Arrows (`s`, `f`) attach to
slices only, so each end of an arrow is a slice of one microsecond. Times are whole microseconds.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.lanes import Lane
from eventdemo.trace.layout import Panel, panels_of
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Span, Trace
from eventdemo.trace.sentences import describe
from eventdemo.trace.units import to_micros

Event = dict[str, Any]
_LOOP = 1
"""The thread that shows when the event loop was blocked; lanes are numbered from 2."""


def chrome_trace(sources: Sequence[Trace | Excerpt]) -> str:
    """Return one JSON document with all runs side by side."""
    events: list[Event] = []
    pids, ids = count(1), count(1)
    for panel in panels_of(sources):
        numbers = {span.id: next(ids) for span in panel.excerpt.spans}
        for instance in panel.instances:
            events += _process(panel, instance, next(pids), numbers)
    # The sort is stable: within one instant the order stays, so an event ends after everything that began inside it.
    events.sort(key=lambda event: event.get("ts", -1))
    return json.dumps({"displayTimeUnit": "ms", "traceEvents": events}, indent=1) + "\n"


def _process(panel: Panel, instance: str, pid: int, numbers: dict[int, int]) -> Iterator[Event]:
    yield _named("process_name", f"{panel.excerpt.label}, instance {instance}", pid)
    if panel.stalls:
        yield _named("thread_name", "event loop blocked", pid, _LOOP)
    for start, end in panel.stalls:
        yield _event("X", "blocked", start, pid, _LOOP, dur=end - start)
    lanes = [lane for lane in panel.lanes if lane.instance == instance]
    for tid, lane in enumerate(lanes, _LOOP + 1):
        yield _named("thread_name", lane.label, pid, tid)
        yield {"ph": "M", "name": "thread_sort_index", "pid": pid, "tid": tid, "args": {"sort_index": tid}}
        yield from _lane(lane, panel.excerpt, pid, tid, numbers)


def _lane(lane: Lane, excerpt: Excerpt, pid: int, tid: int, numbers: dict[int, int]) -> Iterator[Event]:
    for bar in lane.bars:
        span, number = bar.span, numbers[bar.span.id]
        inside = {"cat": lane.kind, "id": number}
        yield _event("b", one_line(span.name), bar.begin, pid, tid, **inside, args={"description": describe(bar)})
        yield from _calls(bar.calls, pid, tid, inside, numbers)
        yield _event("e", one_line(span.name), bar.end, pid, tid, **inside)
        if span.kind == "listener" and span.cause in numbers:
            yield _event("X", f"due: {one_line(span.name)}", bar.begin, pid, tid, dur=1)
            yield _event("f", "delivery", bar.begin, pid, tid, cat="delivery", id=number, bp="e")
        else:
            caused = [other for other in excerpt.spans if other.kind == "listener" and other.cause == span.id]
            yield from _arrow_starts(caused, pid, tid, numbers)


def _calls(calls: Sequence[Span], pid: int, tid: int, inside: Event, numbers: dict[int, int]) -> Iterator[Event]:
    """Yield calls inside their delivery; overlapping calls get tracks of their own, since pairs must nest."""
    free = 0
    for call in sorted(calls, key=lambda call: (call.scheduled, call.id)):
        start, end = to_micros(call.scheduled), to_micros(call.end)
        where = inside if start >= free else {"cat": "call", "id": numbers[call.id]}
        free = max(free, end)
        yield _event("b", one_line(call.name), start, pid, tid, **where, args={"answer": one_line(call.detail)})
        yield _event("e", one_line(call.name), end, pid, tid, **where)


def _arrow_starts(caused: Sequence[Span], pid: int, tid: int, numbers: dict[int, int]) -> Iterator[Event]:
    for due in sorted({to_micros(delivery.scheduled) for delivery in caused}):
        yield _event("X", "dispatch", due, pid, tid, dur=1)
    for delivery in caused:
        due = to_micros(delivery.scheduled)
        yield _event("s", "delivery", due, pid, tid, cat="delivery", id=numbers[delivery.id])


def _event(ph: str, name: str, ts: int, pid: int, tid: int, **more: Any) -> Event:
    return {"ph": ph, "name": name, "ts": ts, "pid": pid, "tid": tid, **more}


def _named(what: str, name: str, pid: int, tid: int = 0) -> Event:
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": {"name": name}}
