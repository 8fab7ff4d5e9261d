"""Spans of emits and deliveries, as OpenTelemetry's in-memory exporter gets them."""

import asyncio
import gc

import pytest

from eventdemo import DeliveryMode, EventBus
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("test", "opentelemetry.sdk"))


@pytest.fixture
def traced():
    """Return a bus whose spans are recorded, its tracer, and the recorder's `finished()`, by name."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from eventdemo.trace.otel import Spans

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer, bus = provider.get_tracer("test"), EventBus()
    bus.observe(Spans(tracer))
    return bus, tracer, lambda: {span.name: span for span in exporter.get_finished_spans()}


def test_a_delivery_is_in_the_trace_of_its_request_and_links_to_its_emit(traced):
    bus, tracer, finished = traced

    async def listener():
        with tracer.start_as_current_span("call"):
            await asyncio.sleep(0)

    async def main():
        bus.on("saved", listener)
        with tracer.start_as_current_span("request"):
            bus.emit("saved")
        await bus.drain()

    asyncio.run(main())
    spans = finished()
    assert spans["listener"].parent.span_id == spans["request"].context.span_id
    assert [link.context.span_id for link in spans["listener"].links] == [spans["emit saved"].context.span_id]
    assert spans["call"].parent.span_id == spans["listener"].context.span_id
    assert spans["emit saved"].end_time <= spans["listener"].start_time <= spans["listener"].end_time
    assert spans["listener"].attributes["eventdemo.fate"] == "done"
    assert spans["listener"].status.is_unset


def test_a_failed_delivery_is_an_error_with_its_fate_and_reason(traced):
    bus, _, finished = traced

    async def listener():
        raise ConnectionError("Firebase is down")

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        bus.on("saved", listener)
        bus.emit("saved")
        await bus.drain()

    asyncio.run(main())
    span = finished()["listener"]
    assert span.attributes["eventdemo.fate"] == "failed-unseen"
    assert not span.status.is_ok
    assert span.status.description == "ConnectionError: Firebase is down"


def test_a_plain_listener_has_a_span_beside_those_of_its_calls(traced):
    bus, tracer, finished = traced

    def listener():
        with tracer.start_as_current_span("call"):
            pass

    bus.on("saved", listener)
    with tracer.start_as_current_span("request"):
        bus.emit("saved")
        with tracer.start_as_current_span("after"):
            pass

    spans = finished()
    request = spans["request"].context.span_id
    assert [spans[name].parent.span_id for name in ("listener", "call", "after")] == [request] * 3


def test_a_skipped_listener_is_lost_without_a_duration(traced):
    bus, _, finished = traced

    def first():
        raise ValueError("no")

    def second():
        pass

    bus.on("saved", first)
    bus.on("saved", second)
    with pytest.raises(ValueError, match="no"):
        bus.emit("saved")

    assert finished()["second"].attributes["eventdemo.fate"] == "skipped"
    assert finished()["first"].attributes["eventdemo.fate"] == "failed-seen"


def test_an_event_without_a_listener_has_no_deliveries(traced):
    bus, _, finished = traced

    bus.emit("saved")

    assert finished()["emit saved"].attributes["eventdemo.deliveries"] == 0


def test_nothing_is_kept_of_finished_deliveries(traced):
    bus, _, _ = traced
    [spans] = bus._eventdemo_bus.observers.all

    async def main():
        bus.on("saved", asyncio.sleep, delivery=DeliveryMode.DETACHED)
        bus.emit("saved", 0)
        await bus.drain()

    asyncio.run(main())
    gc.collect()
    assert not spans._emits
    assert not spans._running
