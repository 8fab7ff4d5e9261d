"""The catalogue of events: the fields, emitters and listeners of each. Nothing in it is written by hand.

Emitters and listeners are those seen when every pattern runs once.
"""

from dataclasses import dataclass
from typing import Any

from eventdemo.core.events import REGISTRY, Event
from eventdemo.simulate import PATTERNS, simulate


@dataclass(frozen=True, slots=True)
class CatalogueEvent:
    """One event of the system."""

    name: str
    event: str
    payload: tuple[str, ...]
    emitters: tuple[str, ...]
    listeners: tuple[str, ...]


def catalogue() -> list[CatalogueEvent]:
    traces = [simulate(name, users=12) for name in PATTERNS]  # first, because the patterns register their events
    emitters: dict[str, set[str]] = {name: set() for name in REGISTRY}
    listeners: dict[str, dict[str, None]] = {name: {} for name in REGISTRY}
    for trace in traces:
        names = {span.id: span.name for span in trace.spans}
        for span in trace.spans:
            if span.kind == "emit":
                emitters[span.name].add(span.detail)
            elif span.kind == "listener" and span.cause:
                listeners[names[span.cause]][span.name] = None
    return [
        CatalogueEvent(name, cls.__name__, payload_of(cls), tuple(sorted(emitters[name])), tuple(listeners[name]))
        for name, cls in REGISTRY.items()
    ]


def payload_of(event: type[Event]) -> tuple[str, ...]:
    schema = event.model_json_schema()["properties"]
    return tuple(f"{name}: {_type(field)}" for name, field in schema.items() if name not in Event.model_fields)


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " | ".join(map(_type, field["anyOf"]))
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    return str(field.get("type") or field.get("$ref", "any").rpartition("/")[2])
