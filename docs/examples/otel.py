"""A request that emits: its spans, printed from OpenTelemetry's in-memory exporter."""

import asyncio

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from eventdemo import EventBus
from eventdemo.backend.events import AuthLogout
from eventdemo.trace.otel import Spans

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
tracer = provider.get_tracer("shop")

bus = EventBus()
bus.observe(Spans(tracer))


@bus.on(AuthLogout)
async def unsubscribe_from_topics(_: AuthLogout) -> None:
    with tracer.start_as_current_span("POST fcm"):
        await asyncio.sleep(0)
    raise ConnectionError("Firebase is down")


@bus.on(AuthLogout)
def clear_device_token(_: AuthLogout) -> None:
    """Succeed."""


async def main() -> None:
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # the log would show the error, too
    with tracer.start_as_current_span("POST /auth/logout"):
        bus.emit(AuthLogout(user_id=7))
    await bus.drain()


asyncio.run(main())
spans = {span.context.span_id: span for span in exporter.get_finished_spans() if span.context}
for span in spans.values():
    parent = spans[span.parent.span_id].name if span.parent else "nothing"
    print(f"{span.name}: below {parent}")
    for link in span.links:
        print(f"    links to {spans[link.context.span_id].name}")
    if fate := (span.attributes or {}).get("eventdemo.fate"):
        print(f"    {fate} {span.status.description or ''}".rstrip())
