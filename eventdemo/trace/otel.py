"""OpenTelemetry spans of a bus: one for each emit and one for each delivery, with the outcome as an attribute.

It needs the extra `otel`, which installs OpenTelemetry's API. Your application brings the SDK and the exporter.
"""

from time import time
from typing import Any
from weakref import WeakKeyDictionary

from opentelemetry import context, trace
from opentelemetry.trace import Link, Span, Status, StatusCode, Tracer

from eventdemo.core.delivery import Delivery, Emission, Observer

NANOSECONDS = 1_000_000_000


class Spans(Observer):
    """Records spans: `bus.observe(Spans())`.

    The span of a delivery links to the span of its emit, because a listener may end long after `emit` returned. While a
    coroutine listener runs, its span is the current one, so the spans of its calls are below it. A plain listener runs
    in the task of the emitter, so the spans of its calls are beside its own.
    """

    time = staticmethod(time)

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer("eventdemo")
        self._emits: WeakKeyDictionary[Emission, Span] = WeakKeyDictionary()
        self._running: WeakKeyDictionary[Delivery, Span] = WeakKeyDictionary()

    def emitted(self, emission: Emission) -> None:
        attributes = {"eventdemo.event": str(emission.name)}
        self._emits[emission] = self._start(f"emit {emission.name}", emission.emitted, attributes)

    def returned(self, emission: Emission) -> None:
        """End the span of the emit, and say if the event had no listener."""
        span = self._emits[emission]
        span.set_attribute("eventdemo.deliveries", len(emission.deliveries))
        span.end(_nanoseconds(emission.returned))

    def started(self, delivery: Delivery) -> None:
        """Make the span of a coroutine listener the current one in its task. A plain one runs in the emitter's."""
        if not delivery.subscription.is_coroutine:
            return
        span = self._running[delivery] = self._span_of(delivery)
        context.attach(trace.set_span_in_context(span))  # until its task ends

    def ended(self, delivery: Delivery) -> None:
        span = self._running.pop(delivery, None) or self._span_of(delivery)
        assert delivery.fate is not None
        span.set_attribute("eventdemo.fate", str(delivery.fate))
        if delivery.fate.verdict in ("failed", "lost"):
            span.set_status(Status(StatusCode.ERROR, delivery.reason or delivery.fate.meaning))
        span.end(_nanoseconds(delivery.ended))

    def _span_of(self, delivery: Delivery) -> Span:
        emit, listener = self._emits[delivery.emission], delivery.subscription.name
        attributes = {"eventdemo.event": str(delivery.emission.name), "eventdemo.listener": listener}
        begun = delivery.due if delivery.started is None else delivery.started
        return self._start(listener, begun, attributes, [Link(emit.get_span_context())])

    def _start(self, name: str, begun: float, attributes: dict[str, Any], links: list[Link] | None = None) -> Span:
        return self._tracer.start_span(name, start_time=_nanoseconds(begun), attributes=attributes, links=links)


def _nanoseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * NANOSECONDS)
