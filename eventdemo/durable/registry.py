"""Engines by name. An engine's library is imported only when that engine is chosen."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any, cast

from eventdemo.durable.engine import Engine
from eventdemo.durable.jobs import RetryPolicy


class UnknownEngineError(ValueError):
    """No engine has this name."""


class MissingExtraError(ImportError):
    """The libraries of an engine are not installed."""


TRIED_ON = {"kafka": "librdkafka's mock cluster"}
"""Engines that have never run on a real server, and what they were tried on instead."""
ENGINES = {
    "outbox": ("eventdemo.durable.outbox_engine:OutboxEngine", ""),
    "bullmq": ("eventdemo.durable.engines.bullmq:BullMq", "bullmq"),
    "nats": ("eventdemo.durable.engines.nats:JetStream", "brokers"),
    "rabbitmq": ("eventdemo.durable.engines.rabbitmq:RabbitMq", "brokers"),
    "kafka": ("eventdemo.durable.engines.kafka:Kafka", "brokers"),
}
"""Where the class of each engine is, and the extra that installs its library."""


def choices() -> str:
    """Return the names of the engines, with a note on those that were tried on a mock only."""
    notes = {name: f" (tried on {server} only)" for name, server in TRIED_ON.items()}
    return ", ".join(name + notes.get(name, "") for name in ENGINES)


def engine_class(name: str) -> type[Engine]:
    """Return the class of an engine; the error names the known engines, or the extra to install."""
    if name not in ENGINES:
        raise UnknownEngineError(f"There is no engine {name!r}: choose from {choices()}.")
    target, extra = ENGINES[name]
    try:
        return cast("type[Engine]", resolve_name(target))
    except ModuleNotFoundError as error:
        if not extra or (error.name or "").startswith("eventdemo"):
            raise
        raise MissingExtraError(f"The engine {name} needs {error.name}: pip install 'eventdemo[{extra}]'.") from error


def engine(name: str, url: str = "", *, policies: Mapping[str, RetryPolicy], **options: Any) -> Engine:
    """Create an engine on the server at `url`, or on an embedded one if it has one; `options` are its own."""
    return cast("Engine", cast("Any", engine_class(name))(url, policies=policies, **options))
