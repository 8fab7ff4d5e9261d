"""Runs as a Chrome trace, to open in ui.perfetto.dev: a process per strategy and instance, a thread per lane.

Deliveries overlap on a lane, so they are async events (`b`, `e`), with their calls inside. Arrows (`s`, `f`) bind to
slices only, so each end of an arrow is a slice of one microsecond. Times are whole microseconds.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from eventdemo.trace import Span, Trace
from eventdemo.views.excerpt import Excerpt, as_excerpt
from eventdemo.views.timeline import Bar, Lane, Panel, lay_out
from eventdemo.views.told import told_of
from eventdemo.views.units import to_micros
from eventdemo.views.wording import one_line

Event = dict[str, Any]
_LOOP = 1
"""The thread of what blocked the loop; lanes are numbered from 2."""


def chrome_trace(sources: Sequence[Trace | Excerpt]) -> str:
    """Return one JSON document with every run side by side."""
    excerpts = [as_excerpt(source) for source in sources]
    events: list[Event] = []
    pid = 0
    for panel in lay_out(excerpts, 2).panels:
        for instance in panel.instances:
            pid += 1
            events += _process(panel, instance, pid)
    _number_flows(events)
    events.sort(key=lambda event: event.get("ts", -1))  # stable: at one instant, what began first stays first
    document = {"displayTimeUnit": "ms", "traceEvents": events}
    return json.dumps(document, ensure_ascii=True, indent=1) + "\n"
