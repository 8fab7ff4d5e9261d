"""Engines by name. A library is imported when its engine is chosen, so one that is missing is missed only then."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from eventdemo.durable.engine import Engine
from eventdemo.durable.jobs import RetryPolicy


class UnknownEngineError(ValueError):
    """There is no such engine."""


class MissingExtraError(ImportError):
    """The libraries of an engine are not installed."""


@dataclass(frozen=True, slots=True)
class EngineImport:
    """Where an engine's class is, and what to install for it."""

    module: str
    cls: str
    extra: str = ""


TRIED_ON = {"kafka": "librdkafka's mock cluster"}
"""Engines that have never run on a real server, and what they were tried on instead."""
ENGINES = {
    "outbox": EngineImport("eventdemo.durable.outbox_engine", "OutboxEngine"),
    "bullmq": EngineImport("eventdemo.durable.engines.bullmq", "BullMq", "bullmq"),
    "nats": EngineImport("eventdemo.durable.engines.nats", "JetStream", "brokers"),
    "rabbitmq": EngineImport("eventdemo.durable.engines.rabbitmq", "RabbitMq", "brokers"),
    "kafka": EngineImport("eventdemo.durable.engines.kafka", "Kafka", "brokers"),
}


def choices() -> str:
    """Return the names of the engines, with a note on those that were tried on a mock only."""
    notes = {name: f" (tried on {server} only)" for name, server in TRIED_ON.items()}
    return ", ".join(name + notes.get(name, "") for name in ENGINES)


def engine_class(name: str) -> type[Engine]:
    """Return an engine's class by its name, or say which names there are, or what has to be installed."""
    if (entry := ENGINES.get(name)) is None:
        raise UnknownEngineError(f"There is no engine {name!r}: choose from {choices()}.")
    try:
        module = import_module(entry.module)
    except ModuleNotFoundError as error:
        if not entry.extra or (error.name or "").startswith("eventdemo"):
            raise
        raise MissingExtraError(
            f"The engine {name} needs {error.name}: pip install 'eventdemo[{entry.extra}]'."
        ) from error
    return cast("type[Engine]", getattr(module, entry.cls))


def engine(name: str, url: str = "", *, policies: Mapping[str, RetryPolicy], **options: Any) -> Engine:
    """Make an engine on the server at `url`, or on an embedded one where there is such; `options` are its own."""
    return cast("Engine", cast("Any", engine_class(name))(url, policies=policies, **options))
