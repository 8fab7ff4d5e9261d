"""Runs as a Chrome trace for ui.perfetto.dev: a process per strategy and instance, a thread per lane.

Deliveries overlap on a lane, so they are async events (`b`, `e`), with their calls inside. Arrows (`s`, `f`) attach to
slices only, so each end of an arrow is a slice of one microsecond. Times are whole microseconds.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
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
    yield _about("process_name", pid, 0, name=f"{panel.excerpt.label}, instance {instance}")
    if panel.stalls:
        yield _about("thread_name", pid, _LOOP, name="event loop blocked")
    for start, end in panel.stalls:
        yield _event(pid, _LOOP, "X", "blocked", start, dur=end - start)
    lanes = [lane for lane in panel.lanes if lane.instance == instance]
    for tid, lane in enumerate(lanes, _LOOP + 1):
        yield _about("thread_name", pid, tid, name=lane.label)
        yield _about("thread_sort_index", pid, tid, sort_index=tid)
        yield from _lane(lane, panel.excerpt, partial(_event, pid, tid), numbers)


def _lane(lane: Lane, excerpt: Excerpt, event: Callable[..., Event], numbers: dict[int, int]) -> Iterator[Event]:
    for bar in lane.bars:
        span, name, number = bar.span, one_line(bar.span.name), numbers[bar.span.id]
        inside = {"cat": lane.kind, "id": number}
        yield event("b", name, bar.begin, **inside, args={"description": describe(bar)})
        yield from _calls(bar.calls, event, inside, numbers)
        yield event("e", name, bar.end, **inside)
        if span.kind == "listener" and span.cause in numbers:
            yield event("X", f"due: {name}", bar.begin, dur=1)
            yield event("f", "delivery", bar.begin, cat="delivery", id=number, bp="e")
            continue
        caused = [other for other in excerpt.spans if other.kind == "listener" and other.cause == span.id]
        due = {other.id: to_micros(other.scheduled) for other in caused}
        yield from (event("X", "dispatch", time, dur=1) for time in sorted({*due.values()}))
        yield from (event("s", "delivery", due[one], cat="delivery", id=numbers[one]) for one in due)


def _calls(
    calls: Sequence[Span], event: Callable[..., Event], inside: Event, numbers: dict[int, int]
) -> Iterator[Event]:
    """Yield calls inside their delivery; overlapping calls get tracks of their own, since pairs must nest."""
    free = 0
    for call in sorted(calls, key=lambda call: (call.scheduled, call.id)):
        start, end = to_micros(call.scheduled), to_micros(call.end)
        where = inside if start >= free else {"cat": "call", "id": numbers[call.id]}
        free = max(free, end)
        yield event("b", one_line(call.name), start, **where, args={"answer": one_line(call.detail)})
        yield event("e", one_line(call.name), end, **where)


def _event(pid: int, tid: int, ph: str, name: str, ts: int, **more: Any) -> Event:
    return {"ph": ph, "name": name, "ts": ts, "pid": pid, "tid": tid, **more}


def _about(what: str, pid: int, tid: int, **args: Any) -> Event:
    """Return a name or a rank of a process or a thread."""
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": args}
